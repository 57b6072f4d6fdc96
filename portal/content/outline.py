"""The bones of an article's text: what a translation must share with the Dutch."""

import re
from collections import Counter
from dataclasses import dataclass

FACT = re.compile(r"\{\{\s*fact\(\s*\"([^\"]*)\"\s*\)\s*\}\}")
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
HEADING = re.compile(r"^(#{1,6}) +")
ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)]) +")
_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Outline:
    """Headings by level and lists by their number of items, in order; facts and links counted."""

    headings: tuple[int, ...]
    lists: tuple[int, ...]
    facts: Counter[str]
    links: Counter[str]

    def differences(self, other: "Outline") -> list[str]:
        """In plain words, what `other` (a translation) has more, less or otherwise than this."""
        found = []
        if self.headings != other.headings:
            found.append(f"headings differ: {len(other.headings)} for {len(self.headings)}")
        if self.lists != other.lists:
            found.append(f"list items differ: {_counts(other.lists)} for {_counts(self.lists)}")
        for what, ours, theirs in (
            ("fact", self.facts, other.facts),
            ("link", self.links, other.links),
        ):
            found += [f"{what} {each} is missing" for each in (ours - theirs)]
            found += [f"{what} {each} is not in the Dutch" for each in (theirs - ours)]
        return found


def _counts(numbers: tuple[int, ...]) -> str:
    return "+".join(map(str, numbers)) or "none"


def outline(body: str) -> Outline:
    headings: list[int] = []
    lists: list[int] = []
    in_list = False
    for line in body.split("\n"):
        if ITEM.match(line):
            lists = [*lists[:-1], lists[-1] + 1] if in_list else [*lists, 1]
            in_list = True
        elif line.strip() and not line.startswith(" "):
            in_list = False
            heading = HEADING.match(line)
            headings += [len(heading[1])] if heading else []
    return Outline(
        headings=tuple(headings),
        lists=tuple(lists),
        facts=Counter(FACT.findall(body)),
        links=Counter(target for _, target in LINK.findall(body)),
    )


def words_only(text: str) -> str:
    """The text as it is read: a link as its words, a fact as one word, no marks of Markdown."""
    text = FACT.sub("fact", LINK.sub(r"\1", text))
    return re.sub(r"[*_`]", "", text)


def outside_brackets(text: str) -> str:
    """The text without what stands in (round) brackets, where the Dutch official words are."""
    return _BRACKETS.sub(" ", text)
