"""Checks of articles, facts and interface texts, and the commands for people who write them."""
