"""Talks at the desk: proposed, changed, held."""
