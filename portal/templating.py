"""The one way to HTML: Jinja2 with one environment per language, translations folded in.

A constant `_("…")` is looked up when a template is compiled, not when it is rendered: 2.5 times
as fast (performance.md), and a missing language can't appear half-way down a page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from portal import ROOT
from portal.facts import render_fact
from portal.i18n import (
    N_,
    format_date,
    format_decimal,
    format_time,
    language,
    live_languages,
    territory,
    translate,
    translations,
)

TEMPLATES = ROOT / "templates"


class _Fold(NodeTransformer):
    """Replaces `_("constant")` by its translation in the syntax tree."""

    def __init__(self, gettext: Callable[[str], str]) -> None:
        self._gettext = gettext

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name="_" | "gettext"),
                args=[nodes.Const(value=str(message))],
                kwargs=[],
                dyn_args=None,
                dyn_kwargs=None,
            ):
                # newstyle gettext formats even without values, so "%%" stands for "%"
                return nodes.MarkSafe(nodes.Const(self._gettext(message) % {}), lineno=node.lineno)
        return node


class _Folding(Environment):
    fold: Callable[[str], str]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return _Fold(self.fold).visit(super()._parse(source, name, filename))


@cache
def environment(tag: str, domain: str, asset: Callable[[str], str]) -> Environment:
    """Once in a process: compiling a template takes longer than most requests."""
    catalogue = translations(tag, domain)
    env = _Folding(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
        cache_size=-1,
    )
    env.fold = catalogue.gettext
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # ty: ignore[missing-attribute]
        catalogue.gettext,
        catalogue.ngettext,
        newstyle=True,
        pgettext=catalogue.pgettext,
        npgettext=catalogue.npgettext,
    )
    everywhere: dict[str, Any] = {
        "N_": N_,
        "lang": language(tag),
        "languages": live_languages(),
        "asset": asset,
        "fact": partial(render_fact, tag=tag),
        "direction": lambda other: language(other).dir,
    }
    env.globals.update(everywhere)
    env.filters |= {
        "day": partial(format_date, tag=tag),
        "clock": format_time,
        "decimal": partial(format_decimal, tag=tag),
        "country": partial(territory, tag=tag),
        "dutch_day": partial(format_date, tag="nl"),
        "translated": lambda message, values=None: translate(tag, message, values),
        "desk_translated": catalogue.gettext,
        "dutch": lambda message, values=None: translate("nl", message, values),
        "paragraphs": _paragraphs,
    }
    return env


def _paragraphs(text: str) -> Markup:
    """Plain text as paragraphs, escaped; a blank line divides, a line break stays."""
    blocks = [block.strip() for block in text.replace("\r\n", "\n").split("\n\n")]
    return Markup("").join(
        Markup('<p dir="auto">{}</p>').format(
            Markup("<br>").join(block.split("\n")),
        )
        for block in blocks
        if block
    )


@dataclass(frozen=True)
class Templates:
    """Renders a template in a language. `domain` is "public" or "desk"."""

    asset: Callable[[str], str]

    def render(self, name: str, tag: str, domain: str = "public", **context: Any) -> str:
        return self.environment(tag, domain).get_template(name).render(context)

    def environment(self, tag: str, domain: str = "public") -> Environment:
        return environment(tag, domain, self.asset)
