"""What a file may be (security.md, "Uploads"), and what is said to a person when it isn't."""

from portal.i18n import N_

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
"""One file, as it was sent."""
ALL_TOGETHER = 25 * MEGABYTE
"""All files of one case: as they are sent in one form, and as they are kept."""
MOST_FILES = 12
MOST_PIXELS = 60_000_000
"""Phones take 12 to 50 million. The header tells, before anything is decoded."""
MOST_PAGES = 50
LONGEST_SIDE = 2400
"""An A4 page at 200 dots an inch: small print stays readable."""
QUALITY = 80

EMPTY = N_("This file is empty. Please choose it again.")
TOO_LARGE = N_("This file is larger than 10 MB. Take a new photo, or send fewer pages.")
UNKNOWN = N_("This is not a photo (JPEG, PNG, HEIC) and not a PDF. Take a photo of the paper.")
BROKEN = N_("This file cannot be opened. Take a new photo.")
TOO_MANY_PIXELS = N_("This picture is too big to open. Take a new photo with your phone.")
TOO_HEAVY = N_("This file is too complicated to open. Take photos of the pages.")
LOCKED = N_("This PDF is locked with a password. Take photos of the pages.")
TOO_MANY_PAGES = N_("This PDF has more than 50 pages. Send only the pages that matter.")
VIRUS = N_("There may be a virus in this file, so we did not keep it. Take a photo of the paper.")
SCANNER_AWAY = N_("We cannot check files at this moment. Please try again later.")
TOO_MANY_FILES = N_("You can send 12 files at most. Take one away, or bring the rest to the talk.")
TOO_MUCH = N_("Your files are larger than 25 MB together. Bring the rest to the talk.")

FROM_THE_CHILD = frozenset({BROKEN, TOO_MANY_PIXELS, TOO_HEAVY, LOCKED, TOO_MANY_PAGES})
"""What the process that opens a file may say of it."""


class Refused(Exception):
    """A file that isn't kept; `args[0]` is a msgid that says why and what to do."""


def format_of(content: bytes) -> str:
    """jpeg, png, heic, pdf, or "" for everything else. The content tells; a name never does.

    A PDF must begin with its mark: the format allows a kilobyte of something else before it,
    which is where another kind of file hides.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.removeprefix(b"\xef\xbb\xbf")[:64].lstrip(b"\0\t\n\f\r ").startswith(b"%PDF-"):
        return "pdf"
    return "heic" if content[4:8] == b"ftyp" and _brands(content) & _HEIC else ""


_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def _brands(content: bytes) -> set[bytes]:
    """What an ISO media file says that it is; nothing when it is also AVIF, which stays outside."""
    size = min(int.from_bytes(content[:4], "big"), 256)
    names = content[8:size]
    brands = {names[at : at + 4] for at in range(0, len(names), 4)}
    return set() if b"avif" in brands else brands
