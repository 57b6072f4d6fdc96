"""One way of writing a place, so that "AZC Ter-Apel" and "azc ter apel" are the same."""

import re
import unicodedata

_KINDS = {"azc", "gl", "vbl", "htl", "poa", "coa", "ggv", "dc", "aanmeldcentrum", "locatie"}


def fold_place(written: str) -> str:
    """Lower case, without accents, punctuation or the kind of place in front."""
    plain = unicodedata.normalize("NFKD", written).casefold()
    words = re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(word for word in words if word not in _KINDS)


_PLACE_KINDS = {
    "ggv": "closed_family",
    "dc": "detention",
    "gl": "family_location",
    "vbl": "vbl",
    "azc": "azc",
}
"""The kind of place that a location of DT&V begins with, as the field `location_type` calls it."""


def kind_of_place(location: str) -> str:
    """`detention` for "DC Rotterdam"; empty when the name doesn't say."""
    return _PLACE_KINDS.get(location.casefold().partition(" ")[0], "")
