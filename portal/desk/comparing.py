"""What the person typed beside what the dossier has, with what differs marked.

A wrong letter in a name or a day delays everything: an embassy, a ticket, a laissez-passer. Nothing
is decided or mended here; the person at the desk asks, and tells who keeps the record.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Literal

from portal.caseload.placenames import fold_place, kind_of_place
from portal.caseload.queries import FoundDossier
from portal.cases.requests.about import birth_date, location_type, nationality
from portal.desk.answers import answer_text
from portal.desk.wording import PROCEDURES, named, say
from portal.i18n import N_, format_date

Standing = Literal["same", "part", "differs", "order", "script", "typed_only", "known_only"]
Pieces = tuple[tuple[str, bool], ...]
"""A text in pieces; True where it is not as on the other side."""

STANDINGS: Mapping[Standing, str] = {
    "same": N_("The same"),
    "part": N_("The same, as far as it was filled in"),
    "differs": N_("Differs"),
    "order": N_("The same words, in other fields"),
    "script": N_("Another script: compare it yourself"),
    "typed_only": N_("The dossier has none"),
    "known_only": N_("The person did not fill this in"),
}
NAME, GIVEN, BORN = N_("Family name"), N_("First names"), N_("Date of birth")
FROM, PLACE, PROCEDURE = N_("Nationality"), N_("Lives in"), N_("Procedure")
_MARKED_BY_LETTER = ("LATIN", "GREEK", "CYRILLIC")
"""Scripts whose letters stand apart: in others a mark inside a word would break the word."""
_ASKED = {"yes": "pending", "no": "none", "unknown": "unknown"}


@dataclass(frozen=True)
class Compared:
    """One fact, as typed and as recorded."""

    label: str
    typed: Pieces
    known: Pieces
    standing: Standing
    says: str

    @property
    def differs(self) -> bool:
        """Somebody must look at it."""
        return self.standing in ("differs", "order", "script")


def compare(answers: Mapping[str, Any], dossier: FoundDossier, tag: str) -> tuple[Compared, ...]:
    """Name, birth date, nationality, place and procedure; a fact that neither side has is left
    out."""
    found = []
    for label, typed, known, standing in _rows(answers, dossier, tag):
        if typed or known:
            left, right = _pieces(label, typed, known, standing)
            says = say(tag, STANDINGS[standing])
            found.append(Compared(say(tag, label), left, right, standing, says))
    return tuple(found)


def _rows(
    answers: Mapping[str, Any], dossier: FoundDossier, tag: str
) -> Iterator[tuple[str, str, str, Standing]]:
    person = dossier.person
    typed = (_text(answers.get("family_name")), _text(answers.get("given_names")))
    known = (_text(person.family_name), _text(person.given_names))
    swapped = typed != known and _words(*typed) == _words(*known)
    for label, ours, theirs in zip((NAME, GIVEN), typed, known, strict=True):
        same = _letters(ours) == _letters(theirs)
        yield label, ours, theirs, "order" if swapped and not same else _of_texts(ours, theirs)
    yield BORN, *_birth(answers.get("birth_date"), person.birth_date, tag)
    code, theirs = answers.get("nationality") or "", person.nationality
    yield (
        FROM,
        answer_text(nationality, code, tag),
        answer_text(nationality, theirs, tag),
        _missing(code, theirs) or ("same" if code == theirs else "differs"),
    )
    yield PLACE, *_place(answers, dossier.location, tag)
    asked = _ASKED.get(str(answers.get("procedure_pending") or ""), "")
    if asked:
        yield (
            PROCEDURE,
            named(tag, PROCEDURES, asked),
            named(tag, PROCEDURES, dossier.procedure),
            "same" if asked == dossier.procedure else "differs",
        )


def _birth(typed: Any, known: str, tag: str) -> tuple[str, str, Standing]:
    """A date of which the person may know a part."""
    given = {part: n for part, n in (typed or {}).items() if n}
    day = date.fromisoformat(known)
    right = {"year": day.year, "month": day.month, "day": day.day}
    agree = all(right[part] == n for part, n in given.items() if part in right)
    standing: Standing = "differs"
    if not given:
        standing = "known_only"
    elif agree:
        standing = "same" if len(given) == len(right) else "part"
    return answer_text(birth_date, typed or None, tag), format_date(day, tag), standing


def _place(answers: Mapping[str, Any], known: str, tag: str) -> tuple[str, str, Standing]:
    kind, place = str(answers.get("location_type") or ""), _text(answers.get("place"))
    shown = ", ".join(each for each in (answer_text(location_type, kind, tag), place) if each)
    if not place or not known:
        return shown, known, _missing(place, known) or "same"
    recorded = kind_of_place(known)
    is_there = set(fold_place(place).split()) <= set(fold_place(known).split())
    of_kind = not recorded or recorded == kind
    return shown, known, "same" if is_there and of_kind else "differs"


def _of_texts(typed: str, known: str) -> Standing:
    if missing := _missing(typed, known):
        return missing
    if _letters(typed) == _letters(known):
        return "same"
    return "script" if _script(typed) != _script(known) else "differs"


def _missing(typed: str, known: str) -> Standing | None:
    if typed and known:
        return None
    return "typed_only" if typed else "known_only"


def _pieces(label: str, typed: str, known: str, standing: Standing) -> tuple[Pieces, Pieces]:
    """Both sides with their marks: by letter in names, as a whole in the rest."""
    if standing != "differs":
        return ((typed, False),), ((known, False),)
    by_letter = label in (NAME, GIVEN, BORN) and {_script(typed), _script(known)} <= set(
        _MARKED_BY_LETTER
    )
    if not by_letter:
        return ((typed, True),), ((known, True),)
    ours, theirs = _clusters(typed), _clusters(known)
    matcher = SequenceMatcher(None, _folded(ours), _folded(theirs), autojunk=False)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        left.append(("".join(ours[i:j]), kind != "equal"))
        right.append(("".join(theirs[k:m]), kind != "equal"))
    return _joined(left), _joined(right)


def _joined(pieces: Sequence[tuple[str, bool]]) -> Pieces:
    return tuple((text, marked) for text, marked in pieces if text)


def _text(value: Any) -> str:
    return " ".join(unicodedata.normalize("NFC", str(value or "")).split())


def _letters(text: str) -> list[str]:
    return _folded(_clusters(text))


def _folded(clusters: Sequence[str]) -> list[str]:
    return [cluster.casefold() for cluster in clusters]


def _clusters(text: str) -> list[str]:
    """Letters, each with the marks that stand on it."""
    found: list[str] = []
    for c in text:
        if found and unicodedata.combining(c):
            found[-1] += c
        else:
            found.append(c)
    return found


def _words(*texts: str) -> list[str]:
    return sorted(word for text in texts for word in text.casefold().split())


def _script(text: str) -> str:
    """The first word of the Unicode name of the first letter: LATIN, ARABIC, ETHIOPIC."""
    letter = next((c for c in text if c.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else _MARKED_BY_LETTER[0]
