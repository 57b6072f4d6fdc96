"""How a request is asked: steps of one thought each, conditions, and advice between them.

The texts are msgids of the `public` domain: the applicant fills in and reads back, and the desk
shows the same labels in Dutch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from portal.cases.fields import AS_IT_IS, Field, Plain
from portal.i18n import dutch_day

Answers = Mapping[str, Any]


class Condition(Protocol):
    """Something that holds for answers, or doesn't."""

    def holds(self, answers: Answers) -> bool: ...


@dataclass(frozen=True)
class When:
    """Holds when the answer to `field` is, or contains, one of `values`."""

    field: str
    values: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        answer = answers.get(self.field)
        given = answer if isinstance(answer, list) else [answer]
        return any(value in given for value in self.values)


@dataclass(frozen=True)
class Unless:
    """Holds when the answer to `field` is none of `values`."""

    field: str
    values: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        return not When(self.field, self.values).holds(answers)


@dataclass(frozen=True)
class AnyOf:
    """Holds when one of `conditions` does."""

    conditions: tuple[Condition, ...]

    def holds(self, answers: Answers) -> bool:
        return any(condition.holds(answers) for condition in self.conditions)


@dataclass(frozen=True)
class Underage:
    """Holds when the birth date, as far as it is known, may be that of somebody under eighteen."""

    def holds(self, answers: Answers) -> bool:
        born = answers.get("birth_date") or {}
        today = dutch_day()
        turned = (born.get("year", 0) + 18, born.get("month", 12), born.get("day", 31))
        return bool(born.get("year")) and turned > (today.year, today.month, today.day)


@dataclass(frozen=True)
class YoungAndAlone:
    """Holds when somebody under eighteen asks for themselves and is here without parents."""

    def holds(self, answers: Answers) -> bool:
        if answers.get("sender_role", "self") != "self":
            return False
        told = answers.get("minor_alone") == "yes" and Underage().holds(answers)
        return told or "minor_alone" in (answers.get("special_needs") or ())


@dataclass(frozen=True)
class Advice:
    """A page after a step: what to know or do first. `becomes` turns the request into another."""

    key: str
    when: Condition
    title: str
    paragraphs: tuple[str, ...]
    tone: Literal["lawyer", "warning", "info", "safe"]
    links: tuple[tuple[str, str], ...] = ()
    """(address inside the language, text)."""
    phones: tuple[str, ...] = ()
    """Keys of facts to call now."""
    becomes: str = ""


@dataclass(frozen=True)
class Step:
    key: str
    title: str
    fields: tuple[Field, ...]
    lead: str = ""
    when: Condition | None = None
    advice: Advice | None = None
    plain: Plain = AS_IT_IS

    def applies(self, answers: Answers) -> bool:
        return self.when is None or self.when.holds(answers)

    def plainly(self) -> "Step":
        """The same step in plain words."""
        return replace(
            self,
            title=self.plain.label or self.title,
            lead=self.plain.help or self.lead,
            fields=tuple(field.plainly() for field in self.fields),
        )


@dataclass(frozen=True)
class Kind:
    """Something that people can ask for: one declaration, from which all pages follow."""

    key: str
    title: str
    summary: str
    icon: str
    steps: tuple[Step, ...]
    embassy: bool = False
    """Could lead to contact with an embassy, so the guard of domain.md §2D-1 holds."""

    def path(self, answers: Answers) -> tuple[Step, ...]:
        """The steps that apply to these answers, in order."""
        return tuple(step for step in self.steps if step.applies(answers))

    def asked(self, answers: Answers) -> tuple[Step, ...]:
        """The same steps as the person reads them: a child alone in plain words."""
        path = self.path(answers)
        return tuple(step.plainly() for step in path) if YoungAndAlone().holds(answers) else path

    def kept(self, answers: Answers) -> dict[str, Any]:
        """The answers of the steps that apply; the rest is dropped, never stored."""
        names = [field.name for step in self.path(answers) for field in step.fields]
        return {name: answers[name] for name in names if name in answers}

    def guard(self, answers: Answers) -> Advice | None:
        """The advice that turns this request into another one, if an answer asks for it."""
        for step in self.path(answers):
            if step.advice and step.advice.becomes and step.advice.when.holds(answers):
                return step.advice
        return None
