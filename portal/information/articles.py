"""Articles: one Markdown file per answer and language, read once.

The Dutch file is the source: it alone has topic, order, related answers and sources. What is wrong
in a file is a ValueError that names file and line or key.
"""

import hashlib
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from portal.i18n import LOCALES, live_languages
from portal.information.rendering import Body, render_body
from portal.information.topics import TOPIC_KEYS, TOPICS

State = Literal["source", "draft", "stale", "reviewed"]
"""What readers see of each: content-guide.md. The fifth, missing, is an absent article."""

SOURCE = "nl"
SOURCE_KEYS: Mapping[str, type] = {
    "title": str, "summary": str, "topic": str, "order": int, "audience": list,
    "related": list, "icon": str, "sources": list, "keywords": list,
}  # fmt: skip
TRANSLATION_KEYS: Mapping[str, type] = {
    "title": str, "summary": str, "keywords": list, "source_sha": str, "state": str,
}  # fmt: skip
ICONS = frozenset(
    "talk letter clock home help hands plane document family child health scale shield phone "
    "lock pin question people globe".split()
)


@dataclass(frozen=True)
class Article:
    """One answer in one language. `html` has marks for facts: see `rendering.with_facts`."""

    slug: str
    lang: str
    title: str
    summary: str
    topic: str
    order: int
    audience: tuple[str, ...]
    related: tuple[str, ...]
    icon: str
    sources: tuple[str, ...]
    keywords: tuple[str, ...]
    state: State
    checked_on: date | None
    render: Callable[[], Body] = field(repr=False, compare=False)

    @cached_property
    def body(self) -> Body:
        """Rendered when first asked for. Raises ValueError for a wrong fact or link."""
        return self.render()

    @property
    def html(self) -> str:
        return self.body.html

    @property
    def text(self) -> str:
        return self.body.text

    @property
    def facts(self) -> tuple[str, ...]:
        return self.body.facts

    @property
    def for_readers(self) -> bool:
        """Whether it is written for people who must leave, and not for public and press alone."""
        return "V" in self.audience


class Articles(Mapping[tuple[str, str], Article]):
    """Articles by (language, slug). A language is read when it is first asked for, by one thread:
    the start must not wait for all of them."""

    def __init__(self, tags: Iterable[str], read: Callable[[str], dict[str, Article]]) -> None:
        self._tags = tuple(tags)
        self._read = read
        self._by_tag: dict[str, dict[str, Article]] = {}
        self._lock = Lock()

    def of(self, tag: str) -> Mapping[str, Article]:
        """The articles of one language by slug; none for a language that isn't shown."""
        if tag not in self._by_tag:
            with self._lock:
                if tag not in self._by_tag:
                    self._by_tag[tag] = self._read(tag) if tag in self._tags else {}
        return self._by_tag[tag]

    def __getitem__(self, key: tuple[str, str]) -> Article:
        return self.of(key[0])[key[1]]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((tag, slug) for tag in self._tags for slug in self.of(tag))

    def __len__(self) -> int:
        return sum(len(self.of(tag)) for tag in self._tags)


@dataclass(frozen=True)
class _File:
    where: str
    slug: str
    head: dict[str, Any]
    body: str
    line: int
    digest: str


@dataclass(frozen=True)
class Shelf:
    """All articles by (language, slug); `slugs` in the order of the topics page."""

    slugs: tuple[str, ...]
    articles: Articles
    interface_checked: frozenset[str] = frozenset()
    """Languages whose interface texts a reader has signed off, some at least."""

    def get(self, lang: str, slug: str) -> Article | None:
        return self.articles.get((lang, slug))

    def nearest(self, lang: str, slug: str) -> Article:
        """The article for a reader of `lang`: their language, else English, else Dutch."""
        return self.get(lang, slug) or self.get("en", slug) or self.articles[SOURCE, slug]

    def chosen(self, lang: str, slugs: Iterable[str]) -> list[Article]:
        """These answers for a reader of `lang`, as far as they exist."""
        return [self.nearest(lang, slug) for slug in slugs if slug in self.slugs]

    def unchecked(self, lang: str) -> bool:
        """Whether a page of interface texts has to say that no translator has looked at it yet."""
        return lang != SOURCE and lang not in self.interface_checked

    def naming(self, fact: str) -> list[str]:
        """The answers whose Dutch text names a fact."""
        return [slug for slug in self.slugs if fact in self.articles[SOURCE, slug].facts]

    def elsewhere(self, slug: str) -> tuple[Article, ...]:
        """The article in every language that has it, Dutch and English first."""
        tags = dict.fromkeys([SOURCE, "en", *(each.tag for each in live_languages())])
        return tuple(found for tag in tags if (found := self.get(tag, slug)))

    def by_topic(self, lang: str) -> dict[str, tuple[Article, ...]]:
        """Topic key to its answers for a reader of `lang`; topics without answers are left out."""
        nearest = [self.nearest(lang, slug) for slug in self.slugs]
        rows = {t.key: tuple(a for a in nearest if a.topic == t.key) for t in TOPICS}
        return {key: row for key, row in rows.items() if row}


def source_hash(article_source: str) -> str:
    """SHA-256 of the normalised title, summary and body in the text of an article's file.

    A translation names this hash of the Dutch file as `source_sha`. Line breaks, runs of spaces
    and Unicode composition don't count. Raises ValueError when the front matter can't be read.
    """
    return _split(article_source, "article").digest


def load(locales: Path = LOCALES, tags: Iterable[str] | None = None) -> Shelf:
    """Read the articles of the live languages (or of `tags`). Raises ValueError for a wrong one."""
    shelf = open_shelf(locales, tags)
    for article in shelf.articles.values():
        article.body  # noqa: B018  # rendered, to find what is wrong in it
    return shelf


def open_shelf(locales: Path = LOCALES, tags: Iterable[str] | None = None) -> Shelf:
    """The same, but a language is read when it is first asked for, and a text when it is shown."""
    sources = {file.slug: file for file in _files(locales, SOURCE, SOURCE_KEYS)}
    for file in sources.values():
        _check_source(file, sources)
    reviews = _reviews(locales / "reviews.toml")

    def read(tag: str) -> dict[str, Article]:
        files = sources.values() if tag == SOURCE else _files(locales, tag, TRANSLATION_KEYS)
        found = {}
        for file in files:
            source = sources.get(file.slug)
            if source is None:
                raise ValueError(f"{file.where}: there is no Dutch article {file.slug!r}")
            found[file.slug] = _article(file, source, tag, sources, reviews)
        return found

    places = {topic.key: number for number, topic in enumerate(TOPICS)}
    order = sorted(
        sources.values(), key=lambda f: (places[f.head["topic"]], f.head["order"], f.slug)
    )
    tags = tags or (each.tag for each in live_languages())
    checked = frozenset(tag for tag, signed in reviews.items() if "interface" in signed)
    return Shelf(tuple(file.slug for file in order), Articles(tags, read), checked)


def _article(
    file: _File, source: _File, tag: str, sources: Mapping[str, _File], reviews: dict[str, Any]
) -> Article:
    review = reviews.get(tag, {}).get(file.slug, {})
    signed_off = review.get("text_sha") == file.digest and review.get("source_sha") == source.digest
    state: State
    if tag == SOURCE:
        state = "source"
    elif file.head["source_sha"] != source.digest:
        state = "stale"
    else:
        state = "reviewed" if signed_off else "draft"
    return Article(
        slug=file.slug,
        lang=tag,
        title=file.head["title"],
        summary=file.head["summary"],
        topic=source.head["topic"],
        order=source.head["order"],
        audience=tuple(source.head["audience"]),
        related=tuple(source.head["related"]),
        icon=source.head["icon"],
        sources=tuple(source.head["sources"]),
        keywords=tuple(file.head["keywords"]),
        state=state,
        checked_on=review.get("on") if signed_off else None,
        render=partial(
            render_body, file.body, tag, slugs=sources, where=file.where, line=file.line
        ),
    )


def _files(locales: Path, tag: str, keys: Mapping[str, type]) -> Iterable[_File]:
    for path in sorted((locales / tag / "articles").glob("*.md")):
        where = path.relative_to(locales.parent).as_posix()
        file = _split(path.read_text("utf-8"), where, path.stem)
        _check_head(file, keys)
        yield file


def _split(text: str, where: str, slug: str = "") -> _File:
    start, _, rest = text.partition("\n")
    head, closing, body = rest.partition("\n+++\n")
    if start != "+++" or not closing:
        raise ValueError(f"{where}: the front matter must stand between two +++ lines")
    try:
        # the empty line in front makes the parser's line numbers those of the file
        table = tomllib.loads("\n" + head)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{where}: front matter: {error}") from error
    parts = (str(table.get("title", "")), str(table.get("summary", "")), body)
    plain = "\n".join(" ".join(unicodedata.normalize("NFC", part).split()) for part in parts)
    digest = hashlib.sha256(plain.encode()).hexdigest()
    return _File(where, slug, table, body, head.count("\n") + 4, digest)


def _check_head(file: _File, keys: Mapping[str, type]) -> None:
    if odd := sorted(set(keys) ^ set(file.head)):
        missing = [key for key in odd if key in keys]
        what = f"lacks {', '.join(missing)}" if missing else f"doesn't know {', '.join(odd)}"
        raise ValueError(f"{file.where}: the front matter {what}")
    for key, kind in keys.items():
        value = file.head[key]
        texts = value if kind is list and isinstance(value, list) else []
        if type(value) is not kind or not all(isinstance(text, str) for text in texts):
            wanted = "a list of texts" if kind is list else kind.__name__
            raise ValueError(f"{file.where}: {key} must be {wanted}")
    for key in ("title", "summary"):
        if not file.head[key].strip() or "{{" in file.head[key]:
            raise ValueError(f"{file.where}: {key} must be plain words, without a fact")
    if file.head.get("state", "draft") not in ("draft", "reviewed"):
        raise ValueError(f"{file.where}: state must be draft or reviewed")


def _check_source(file: _File, sources: Mapping[str, _File]) -> None:
    if file.head["topic"] not in TOPIC_KEYS:
        raise ValueError(f"{file.where}: there is no topic {file.head['topic']!r}")
    if file.head["icon"] not in ICONS:
        raise ValueError(f"{file.where}: there is no icon {file.head['icon']!r}")
    for slug in file.head["related"]:
        if slug not in sources or slug == file.slug:
            raise ValueError(f"{file.where}: related names no other answer: {slug!r}")


def _reviews(path: Path) -> dict[str, Any]:
    """`[<lang>.<slug>]` with `source_sha`, `text_sha` and `on`: who read what, and when.

    Both hashes must still be right: a sign-off holds for the two texts that were compared.
    """
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name}: {error}") from error
