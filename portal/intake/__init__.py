"""Asking: forms step by step, the receipt, following a request with its code."""
