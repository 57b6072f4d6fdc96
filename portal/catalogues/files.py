"""The PO files: read, and written anew from the sources without losing a translation."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from portal import ROOT
from portal.catalogues.sources import Key, Text, collect
from portal.i18n import DESK_LANGUAGES, Language, language, live_languages, translations

_TITLES = {
    "public": "texts that everybody reads",
    "desk": "texts that only staff read",
}


def catalogues_wanted() -> list[tuple[str, str]]:
    """(tag, domain) of every catalogue that must be complete."""
    return [(each.tag, "public") for each in live_languages()] + [
        (tag, "desk") for tag in DESK_LANGUAGES
    ]


def po_file(root: Path, tag: str, domain: str) -> Path:
    return root / "locales" / tag / "LC_MESSAGES" / f"{domain}.po"


def read(path: Path, tag: str) -> Catalog:
    """The catalogue of one file. Raises ValueError naming file and line when it isn't valid."""
    with path.open("rb") as file:
        try:
            return read_po(file, locale=language(tag).babel, abort_invalid=True)
        except PoFileError as error:
            raise ValueError(f"{tag}/{path.name}:{error.lineno}: {error}") from error


def key_of(message: Message) -> Key:
    msgid = message.id
    return (message.context, msgid if isinstance(msgid, str) else (msgid[0], msgid[1]))


def messages(catalogue: Catalog) -> dict[Key, Message]:
    """Every message but the header."""
    return {key_of(message): message for message in catalogue if message.id}


def forms(message: Message) -> tuple[str, ...]:
    """The translation as a tuple of its plural forms, of one where there is no plural."""
    string = message.string
    return (string,) if isinstance(string, str) else tuple(each or "" for each in string or ())


def translated(message: Message) -> bool:
    """Whether every form has a text. (Babel's own count takes an empty plural for translated.)"""
    return all(forms(message))


def coverage(tag: str, domain: str = "public", root: Path = ROOT) -> tuple[int, int]:
    """(translated, wanted) of one catalogue against what the sources ask for now."""
    wanted = collect(root)[domain]
    path = po_file(root, tag, domain)
    have = messages(read(path, tag)) if path.exists() else {}
    return sum(key in have and translated(have[key]) for key in wanted), len(wanted)


def update(root: Path = ROOT) -> None:
    """Rewrite all PO files after the sources.

    Translations stay, new texts come in empty (in English: as they are), texts that nothing uses
    any more go. Nothing is guessed from likeness: a "fuzzy" text is a wrong one that looks right.
    Raises SourceError, or ValueError for a PO file that can't be read.
    """
    texts = collect(root)
    for tag, domain in catalogues_wanted():
        path = po_file(root, tag, domain)
        old = messages(read(path, tag)) if path.exists() else {}
        rewrite(root, tag, domain, texts[domain], old)
    translations.cache_clear()


def rewrite(
    root: Path, tag: str, domain: str, texts: dict[Key, Text], old: dict[Key, Message]
) -> None:
    """Write one PO file: `texts` in their order, with the translations and comments of `old`."""
    path = po_file(root, tag, domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_written(language(tag), domain, texts, old))


def _written(
    tongue: Language, domain: str, texts: dict[Key, Text], old: dict[Key, Message]
) -> bytes:
    catalogue = Catalog(locale=tongue.babel)
    # Set by the header in the only way Babel offers: its own plural table is wrong for some.
    catalogue.mime_headers = [("Plural-Forms", tongue.plural)]
    for key, text in texts.items():
        kept = old.get(key)
        catalogue.add(
            text.msgid,
            string=_string(tongue, text, kept, catalogue.num_plurals),
            locations=text.places,
            flags=("fuzzy",) if kept and kept.fuzzy else (),
            auto_comments=text.comments,
            user_comments=kept.user_comments if kept else (),
            context=text.context,
        )
    body = BytesIO()
    # No line numbers: a file's order tells enough, and a moved line is no news to a translator.
    write_po(body, catalogue, width=0, omit_header=True, include_lineno=False)
    return (_header(tongue, domain) + body.getvalue().decode("utf-8").rstrip("\n") + "\n").encode()


def _string(
    tongue: Language, text: Text, kept: Message | None, plurals: int
) -> str | tuple[str, ...]:
    if kept and any(forms(kept)):
        # As many forms as the language has, should its rule have changed.
        have = forms(kept)
        return have[0] if isinstance(text.msgid, str) else (have + ("",) * plurals)[:plurals]
    if tongue.tag == "en":
        return text.msgid
    return "" if isinstance(text.msgid, str) else ("",) * plurals


def _header(tongue: Language, domain: str) -> str:
    return (
        f"# {tongue.english}: {_TITLES[domain]}.\n"
        "# Write in the msgstr lines only; `portal content update` writes all others.\n"
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {tongue.babel}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {tongue.plural}\\n"\n'
        "\n"
    )
