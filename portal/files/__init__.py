"""Files that people send: told apart, scanned, and made anew without whatever else was in them."""
