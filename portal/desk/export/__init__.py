"""One case as PDF and as JSON."""
