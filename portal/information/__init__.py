"""Answers for everybody: articles with their facts, prepared pages, search. Stores nothing."""
