"""Editors: how far each language is, texts beside the Dutch, and signing them off."""
