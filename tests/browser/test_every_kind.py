"""What only some people are asked: the own steps of each kind of request, with all that is on them.

The four kinds of which test_pages.py looks at every step are not here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from portal.cases.fields import Field
from portal.cases.kinds import KINDS
from portal.cases.steps import Kind
from tests.browser.applicant import Applicant
from tests.browser.inspection import inspect
from tests.browser.requests_told import iom, part, third_country

Applicants = Callable[..., Applicant]

LOOKED_AT = ("iom_support", "mediation", "appointment", "question")
OTHERS = [kind for key, kind in KINDS.items() if key not in LOOKED_AT]


def something(fields: Sequence[Field], before: str = "") -> dict[str, Any]:
    """Any answer to these fields: the first choice, a word. Two of everything that repeats."""
    told: dict[str, Any] = {}
    for field in fields:
        name = before + field.name
        if field.widget == "group":
            told |= something(field.fields, f"{name}.0.")
        elif field.widget == "date":
            told[f"{name}.year"] = "1991"
        elif field.options and field.widget != "country":
            told[name] = field.options[0].value
        elif field.widget != "hidden":
            told[name] = {"country": "TR", "tick": "yes", "number": "1"}.get(field.widget, "نص")
    return told


def walk(person: Applicant, kind: Kind, chosen: Mapping[str, str]) -> None:
    """Through the kind's own steps and their advice, up to the questions about the person."""
    steps = {step.key: step for step in kind.steps}
    while person.step != "name":
        if person.step:
            told = something(steps[person.step].fields)
            told |= {name: value for name, value in chosen.items() if name in told}
            person.answer({person.step: told})
        else:
            person.press("Go on with the request", "link")


@pytest.mark.parametrize(
    ("kind", "tag"),
    [(kind, ("ar", "nl")[number % 2]) for number, kind in enumerate(OTHERS)],
    ids=[kind.key for kind in OTHERS],
)
def test_the_own_steps(applicant: Applicants, kind: Kind, tag: str) -> None:
    person = applicant(tag)
    person.visit(f"ask/{kind.key}")
    person.answer(part(iom(None, tag), last="urgent"))
    person.look = inspect
    walk(person, kind, {})


def test_for_somebody_else_and_their_family(applicant: Applicants) -> None:
    person = applicant("ar", look=inspect)
    person.visit("ask/third_country")
    chosen = {"sender_role": "lawyer", "family_included": "yes", "relation": "partner"}
    walk(person, KINDS["third_country"], chosen)


def test_one_row_more_and_one_less(applicant: Applicants) -> None:
    """Rows are added and taken away by buttons; the Enter key goes on and takes nothing away."""
    person = applicant("ar")
    kind = KINDS["third_country"]
    family = {step.key: step for step in kind.steps}["family"]
    person.visit(f"ask/{kind.key}")
    person.answer(part(iom(None, "ar"), last="sender"))
    person.answer(part(third_country(None, "ar"), "country", "country"))
    person.answer({"family-too": {"family_included": "yes"}})
    names = person.page.locator('[name$=".family_name"]')
    person.fill(something(family.fields))
    for number in (1, 2):
        person.press("Add another family member")
        person.fill(something(family.fields[0].fields, f"family.{number}."))
        person.fill({f"family.{number}.family_name": f"Member {number}"})
    inspect(person.page)
    person.touch(person.page.locator('button[value="remove:family:1"]'))
    assert [each.input_value() for each in names.all()] == ["نص", "Member 2"]
    person.page.go_back()  # a page that was posted could not be shown again
    assert [each.input_value() for each in names.all()] == ["نص", "Member 2"]
    person.page.go_forward()
    names.first.focus()
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    assert person.step == "language"
    person.touch(person.page.locator("p.back a"))
    assert [each.input_value() for each in names.all()] == ["نص", "Member 2"]
