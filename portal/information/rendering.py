"""From an article's Markdown to HTML: facts, links, and nothing that a writer could break.

Facts are marked before Markdown sees the text and filled when a page is made, so a fact that
expires disappears without reading the article again, and a fact's HTML never meets Markdown.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from portal import facts
from portal.i18n import language

FACT = re.compile(r'\{\{ *fact\("([a-z0-9_]+)"\) *\}\}')
OPEN, CLOSE = "\ue000", "\ue001"
"""Around a fact's key while Markdown works: private characters that no text contains."""
MARK = re.compile(f"{OPEN}([a-z0-9_]+){CLOSE}")
_IN_TEXT = re.compile(r">[^<]+")
_LATIN = re.compile(r"(?<![\w\ue000])[A-Za-z](?:(?:[\w'’.-]|&amp;| (?=[A-Za-z]))*\w)?", re.ASCII)
"""A run of Latin words, with the ampersand of DT&V and figures; not the key of a fact."""
PAGES = set(
    "ask follow info organisations process finder facts safety privacy accessibility".split()
)
"""Where a `page:` link may start (design.md §5)."""


@dataclass(frozen=True)
class Body:
    """`html` has marks where facts go; `text` is for the search index; `facts` in order of use."""

    html: str
    text: str
    facts: tuple[str, ...]


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("image")


def render_body(
    markdown: str, lang: str, *, slugs: Collection[str], where: str, line: int = 1
) -> Body:
    """HTML of one article's body; `info:` and `page:` links become addresses under `/<lang>/`.

    `slugs` are the answers that exist, `where` names the file and `line` its first body line.
    Raises ValueError naming file and line for an unknown fact, link or placeholder.
    """
    if OPEN in markdown or CLOSE in markdown:
        raise ValueError(f"{where}: private-use characters are not allowed")
    known = facts.all_facts()
    keys: list[str] = []

    def mark(match: re.Match[str]) -> str:
        if match[1] not in known:
            raise _wrong(where, line + _lines(markdown, match.start()), f"no fact {match[1]!r}")
        keys.append(match[1])
        return f"{OPEN}{match[1]}{CLOSE}"

    marked = FACT.sub(mark, markdown)
    if "{{" in marked:
        at = line + _lines(marked, marked.index("{{"))
        raise _wrong(where, at, 'only {{ fact("key") }} may stand in double braces')
    tokens = _markdown().parse(marked)
    words: list[str] = []
    for token in tokens:
        at = line + (token.map[0] if token.map else 0)
        if token.tag == "h1":
            raise _wrong(where, at, "headings start at ##: the title is the page's first heading")
        for child in token.children or ():
            words.append(child.content or " ")
            if child.type == "link_open":
                _resolve(child, lang, slugs, where, at)
            elif child.type == "text" and "](" in child.content:
                raise _wrong(where, at, f"this link can't be read: {child.content!r}")
    html = _markdown().renderer.render(tokens, _markdown().options, {})
    if len(MARK.findall(html)) != len(keys):
        raise ValueError(f"{where}: a fact may not stand inside a link's address")
    if language(lang).dir == "rtl":
        html = _IN_TEXT.sub(lambda match: _LATIN.sub(_isolated, match[0]), html)
    text = MARK.sub(" ", " ".join(words))
    return Body(html, " ".join(text.split()), tuple(dict.fromkeys(keys)))


def _isolated(match: re.Match[str]) -> str:
    """A Dutch word or a name in a text that runs from the right."""
    return f'<bdi dir="ltr">{match[0]}</bdi>'


def _resolve(link: Token, lang: str, slugs: Collection[str], where: str, at: int) -> None:
    address = str(link.attrGet("href"))
    scheme, _, rest = address.partition(":")
    if scheme == "info" and rest in slugs:
        link.attrSet("href", f"/{lang}/info/{rest}")
    elif scheme == "page" and rest.partition("/")[0] in PAGES:
        link.attrSet("href", f"/{lang}/{rest}")
    elif address.startswith("https://"):
        link.attrSet("rel", "noreferrer")
    else:
        raise _wrong(where, at, f"the link {address!r} leads nowhere")


def _lines(text: str, position: int) -> int:
    return text.count("\n", 0, position)


def _wrong(where: str, line: int, what: str) -> ValueError:
    return ValueError(f"{where}, line {line}: {what}")


def with_facts(html: str, tag: str, today: date) -> Markup:
    """The HTML with every fact as its readers write it; an expired one as its fallback."""
    filled = MARK.sub(lambda match: facts.render_fact(match[1], tag, today), html)
    return Markup(filled)  # noqa: S704  # HTML that render_body made, with facts that are escaped


def beside(html: str, tag: str, today: date) -> Markup:
    """The Dutch text beside another language: a level lower, its links in the reader's language."""
    lowered = html.replace("<h3>", "<h4>").replace("</h3>", "</h4>")
    lowered = lowered.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    return with_facts(lowered.replace('href="/nl/', f'href="/{tag}/'), "nl", today)
