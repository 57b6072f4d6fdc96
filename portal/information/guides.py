"""What is on the guides: who can help, the way to departure, which help could fit, all numbers."""

import re
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from portal import facts
from portal.facts import render_fact
from portal.i18n import language_names, translate
from portal.information import finder, process
from portal.information.articles import Shelf
from portal.information.figures import as_of, figure
from portal.information.sources import source_names
from portal.register import GROUPS, register

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def organisations_page(shelf: Shelf, tag: str, _today: date) -> dict[str, Any]:
    """The register by its headings; languages by their names, as the reader calls them."""
    names = language_names(tag)
    rows = [
        {
            "group": group,
            "organisations": [
                {
                    "entry": each,
                    "spoken": [names.get(code, code) for code in each.languages],
                    "sources": source_names(each.source),
                    "as_of": as_of(each.as_of, tag),
                    "page": _page_of(shelf, each.page),
                }
                for each in register().values()
                if each.group == group.key
            ],
        }
        for group in GROUPS
    ]
    return {
        "groups": rows,
        "unchecked": shelf.unchecked(tag),
        "chosen": shelf.chosen(tag, ("iom-rean", "ngo-hulp", "advocaat")),
    }


def _page_of(shelf: Shelf, page: str) -> str:
    """Empty for an answer that isn't there."""
    return page if page.removeprefix("info/") in shelf.slugs or "info/" not in page else ""


def process_page(shelf: Shelf, tag: str, today: date) -> dict[str, Any]:
    """The way from decision to departure; each stop with the answers that explain it."""
    stations = [
        {
            "station": each,
            "happens": [filled(text, tag, today) for text in each.happens],
            "chosen": shelf.chosen(tag, each.slugs),
        }
        for each in process.STATIONS
    ]
    points = {
        name: [(each, next(iter(shelf.chosen(tag, (each.slug,))), None)) for each in given]
        for name, given in (("conditions", process.CONDITIONS), ("checks", process.CHECKS))
    }
    more = ("zelfstandig-of-gedwongen", "willen-maar-niet-kunnen", "wat-doet-dtv-voor-mij")
    told = {"stations": stations, **points, "unchecked": shelf.unchecked(tag)}
    return {**told, "chosen": shelf.chosen(tag, more)}


def finder_page(shelf: Shelf, tag: str, today: date) -> dict[str, Any]:
    return found_ways(shelf, tag, today, None)


def found_ways(
    shelf: Shelf, tag: str, today: date, answers: finder.Answers | None
) -> dict[str, Any]:
    """The questions, and once they were answered the three ways side by side."""
    ways = [
        {
            "way": way,
            "fits": [filled(text, tag, today) for text in finder.said(way.fits, answers)],
            "needs": [filled(text, tag, today) for text in finder.said(way.needs, answers)],
            "chosen": shelf.chosen(tag, (way.read,)),
        }
        for way in finder.WAYS
        if answers is not None
    ]
    told = {"questions": finder.QUESTIONS, "answers": answers or {}, "ways": ways}
    return {**told, "unchecked": shelf.unchecked(tag)}


def facts_page(shelf: Shelf, tag: str, today: date) -> dict[str, Any]:
    """Every fact with its source and the answers that name it."""
    figures = [
        {
            **figure(each, tag),
            "expired": each.expired(today),
            "answers": [shelf.nearest(tag, slug) for slug in shelf.naming(each.key)],
        }
        for each in facts.all_facts().values()
    ]
    return {"figures": figures}


def filled(message: str, tag: str, today: date) -> Markup:
    """A public text with the facts in it: `%(departure_period)s` names one of facts.toml."""
    text = escape(translate(tag, message))
    keys = PLACEHOLDER.findall(text)
    return text % {key: render_fact(key, tag, today) for key in keys} if keys else text
