"""The HTTP edge that all doors share: headers, prepared answers, errors, pages and fragments."""
