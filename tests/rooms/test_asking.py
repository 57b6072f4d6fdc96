"""Asking, from the first step to the receipt, on both databases and without JavaScript."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from portal.cases import queries
from portal.cases.models import Case, CaseEvent
from portal.cases.sealing import answers_of, data_key_of
from tests.support.visitor import Visitor
from tests.support.world import World

IOM: dict[str, dict[str, Any]] = {
    "urgent": {"urgent": "none"},
    "sender": {"sender_role": "self"},
    "goal": {"goal": "information"},
    "destination": {"destination_known": "origin", "destination": ""},
    "documents": {"document_state": "none"},
    "travellers": {"adults": "١", "children": ""},
    "family-too": {"family_included": "no"},
    "wishes": {"support_wishes": ["travel", "work"]},
    "needs": {},
    "before": {"earlier_return_help": "no"},
    "call": {"contact_by": "iom", "share_with_iom": "yes"},
    "language": {"talk_lang": "العربية"},
    "name": {"family_name": "Applicant 01"},
    "birth": {"birth_date.day": "2", "birth_date.month": "٤", "birth_date.year": "1999"},
    "v-number": {"v_number": "00 0000 000-1"},
    "nationality": {"nationality": ""},
    "location": {"location_type": "azc", "place": "Assen"},
    "contact": {"contact_channel": "code"},
    "statement": {"statement_read": "yes"},
}
ABOUT = ("language", "name", "birth", "v-number", "nationality", "location", "contact")
MEDIATION: dict[str, dict[str, Any]] = {
    "urgent": {"urgent": "none"},
    "sender": {"sender_role": "self"},
    "procedure": {"procedure_pending": "no"},
    "attempt": {"attempt_made": "yes"},
    "tried": {
        "own_attempts.0.where": "embassy",
        "own_attempts.0.result": "رفضت السفارة كتابةً.",
    },
    "target": {"target_countries.0.country": "SY"},
    "identity": {"identity_docs": ["none"]},
    "bundle": {
        "attempt_proof": "bring",
        "identity_copies": "none",
        "photos_mode": "bring",
        "handwritten_statement": "none",
    },
    "identity-told": {"claimed_identity_same": "yes"},
    "family-too": {"family_included": "no"},
    **{key: IOM[key] for key in ABOUT},
    "decides": {"read_who_decides": "yes"},
    "statement": {"statement_read": "yes"},
}


BEGIN = {"urgent": {"urgent": "none"}, "sender": {"sender_role": "self"}}


def step_of(visitor: Visitor) -> str:
    return visitor.page.url.params.get("step", "") or visitor.page.url.path


def answer(visitor: Visitor, answers: dict[str, dict[str, Any]]) -> None:
    """Fill the steps in the order in which the portal asks them."""
    for step, values in answers.items():
        assert f"step={step}" in visitor.form().action, f"{step} expected: {visitor.page.url}"
        visitor.submit(values)
        assert visitor.page.status_code == 200, visitor.page.text


def code_on(page: str) -> str:
    shown = re.search(r'class="receipt-code".*?</p>', page, re.DOTALL)
    assert shown
    return re.sub(r"\D", "", re.sub(r"<[^>]+>", "", shown.group()))


def sent(visitor: Visitor, kind: str, answers: dict[str, dict[str, Any]], tag: str = "ar") -> str:
    """The whole way through the pages; the receipt code."""
    visitor.get(f"/{tag}/ask/{kind}")
    answer(visitor, answers)
    assert visitor.page.url.path.endswith("/ask/check")
    visitor.submit()
    assert visitor.page.url.path == f"/{tag}/ask/sent"
    return code_on(visitor.page.text)


def all_cases(world: World) -> list[dict[str, Any]]:
    def look(session: Any) -> list[dict[str, Any]]:
        desk = world.keys.require_desk()
        return [
            {
                "kind": case.kind,
                "state": case.state,
                "language": case.language,
                "supervisor": case.supervisor_id,
                "team": case.team_id,
                "hold": case.embassy_hold,
                "answers": answers_of(case, data_key_of(desk, case)),
                "log": session.scalars(
                    sa.select(CaseEvent.name)
                    .where(CaseEvent.case_id == case.id)
                    .order_by(CaseEvent.id)
                ).all(),
            }
            for case in session.scalars(sa.select(Case).order_by(Case.created))
        ]

    return world.db.read_now(look)


@pytest.mark.parametrize(("kind", "answers"), [("iom_support", IOM), ("mediation", MEDIATION)])
def test_a_request_arrives_at_its_own_supervisor(world: World, kind: str, answers: Any) -> None:
    visitor = world.visitor()
    code = sent(visitor, kind, answers)
    assert len(code) == 16
    assert world.route() == 1
    (case,) = all_cases(world)
    assert (case["kind"], case["state"], case["language"]) == (kind, "assigned", "ar")
    assert case["supervisor"] == world.member_id("supervisor-assen-1")
    assert case["answers"]["v_number"] == "0000000001"
    assert case["answers"]["birth_date"] == {"year": 1999, "month": 4, "day": 2}
    assert case["log"] == ["sent", "route", "routed"]
    assert not case["hold"]


def test_typed_answers_are_read_back_and_survive_back_and_forth(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/nl/ask/iom_support")
    answer(visitor, IOM)
    assert "العربية" in visitor.page.text
    visitor.get("/nl/ask/iom_support?step=name")
    assert visitor.form().values["family_name"] == ["Applicant 01"]
    visitor.submit({"family_name": "Applicant 99"})
    assert visitor.page.url.path == "/nl/ask/check"
    assert "Applicant 99" in visitor.page.text


def test_no_step_can_be_skipped(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/nl/ask/iom_support?step=statement")
    assert "step=urgent" in visitor.form().action
    visitor.get("/nl/ask/check")
    assert visitor.page.url.path == "/nl/ask/"


def test_double_tap_reload_and_back_give_one_case_and_the_same_code(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/ar/ask/iom_support")
    answer(visitor, IOM)
    check = visitor.form()
    first = code_on(visitor.send(check, {}).text)
    assert code_on(visitor.send(check, {}).text) == first
    assert code_on(visitor.get("/ar/ask/sent").text) == first
    assert code_on(visitor.get("/ar/ask/check").text) == first
    assert len(all_cases(world)) == 1


@pytest.mark.parametrize("pending", ["yes", "unknown"])
def test_a_pending_procedure_makes_a_question_and_never_a_mediation(
    world: World, pending: str
) -> None:
    visitor = world.visitor()
    visitor.get("/ar/ask/mediation")
    visitor.submit({"urgent": "none"})
    visitor.submit({"sender_role": "self"})
    visitor.submit({"procedure_pending": pending})
    assert "advice=procedure" in str(visitor.page.url)
    assert "/ar/info/advocaat" in visitor.page.text
    visitor.get("/ar/ask/check")
    assert "/ask/check" not in visitor.page.url.path  # nothing to send
    visitor.get("/ar/ask/mediation?advice=procedure")
    visitor.submit()
    assert visitor.page.url.path == "/ar/ask/question"
    visitor.submit({"question_text": "هل يمكنني طلب وساطة؟"})
    answer(visitor, {key: IOM[key] for key in (*ABOUT, "statement")})
    visitor.submit()
    world.route()
    (case,) = all_cases(world)
    assert case["kind"] == "question"
    assert not {"procedure_pending", "target_countries", "attempt_made"} & set(case["answers"])


@pytest.mark.parametrize(("v_number", "born"), [("0000000002", (1992, 11, 30)),
                                                ("0000000003", (1988, 1, 1))])  # fmt: skip
def test_a_record_that_says_pending_or_unknown_holds_a_mediation(
    world: World, v_number: str, born: tuple[int, int, int]
) -> None:
    visitor = world.visitor()
    year, month, day = born
    told = {
        **MEDIATION,
        "birth": {"birth_date.day": day, "birth_date.month": month, "birth_date.year": year},
        "v-number": {"v_number": v_number},
    }
    code = sent(visitor, "mediation", told)
    world.route()
    (case,) = all_cases(world)
    assert (case["kind"], case["hold"]) == ("question", True)
    assert "held" in case["log"]
    reader = world.visitor()
    reader.get("/ar/follow")
    reader.submit({"code": code})
    assert "المحامي" in reader.page.text or "محامي" in reader.page.text


@pytest.mark.parametrize(
    ("typed", "part"),
    [("III-V123AL568", "document number"), ("12 345 678", "ten digits"), ("", "")],
)
def test_a_wrong_v_number_is_explained_and_never_looked_up(
    world: World, typed: str, part: str
) -> None:
    visitor = world.visitor()
    visitor.get("/en/ask/question")
    answer(
        visitor,
        {**BEGIN, "question": {"question_text": "?"}}
        | {key: IOM[key] for key in ("language", "name", "birth")},
    )
    visitor.submit({"v_number": typed})
    assert visitor.page.status_code == 422
    assert part in visitor.page.text
    assert visitor.form().values["v_number"] == [typed]
    visitor.submit({"v_number_unknown": "yes"})
    assert "step=nationality" in str(visitor.page.url)


def test_known_and_unknown_numbers_get_the_same_answer(world: World) -> None:
    pages = []
    for number in ("0000000001", "9999999999"):
        visitor = world.visitor()
        sent(visitor, "iom_support", {**IOM, "v-number": {"v_number": number}})
        text = re.sub(code_on(visitor.page.text), "", visitor.page.text)
        pages.append(len(re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}|\d|<svg.*?</svg>|value=\"\w+\"", "", text,
                                flags=re.DOTALL)))  # fmt: skip
    assert pages[0] == pages[1]


def test_an_old_page_keeps_what_was_typed(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/nl/ask/question")
    answer(visitor, BEGIN)
    form = visitor.form()
    visitor.client.cookies.clear()
    visitor.send(form, {"question_text": "Mag ik iets vragen?"})
    assert visitor.page.status_code in (200, 422)
    visitor.get("/nl/ask/question")
    answer(visitor, BEGIN)
    form = visitor.form()
    visitor.send(form, {"question_text": "Mag ik iets vragen?", "csrf": "wrong"})
    assert visitor.page.status_code == 422
    assert "Mag ik iets vragen?" in visitor.page.text


def test_answers_of_steps_that_do_not_apply_are_never_stored(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/ar/ask/iom_support")
    answer(visitor, {key: IOM[key] for key in list(IOM)[:-2]})
    visitor.submit({"contact_channel": "phone"})
    visitor.submit({"contact_target": "06 12345678", "contact_safe": "no"})
    visitor.get("/ar/ask/iom_support?step=contact")
    visitor.submit({"contact_channel": "code"})
    answer(visitor, {"statement": IOM["statement"]})
    visitor.submit()
    (case,) = all_cases(world)
    assert case["answers"]["contact_channel"] == "code"
    assert not {"contact_target", "contact_safe"} & set(case["answers"])


def test_last_four_digits(world: World) -> None:
    visitor = world.visitor()
    code = sent(visitor, "iom_support", IOM, "en")
    visitor.submit({"last_four": "0000" if code[-4:] != "0000" else "1111"})
    assert visitor.page.status_code == 422
    assert code_on(visitor.page.text) == code
    visitor.submit({"last_four": code[-4:]})
    assert visitor.page.status_code == 200
    assert "You have your code" in visitor.page.text


def test_finish_wipes_the_visit_and_asks_first_when_something_is_unsent(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/en/ask/question")
    visitor.submit({"urgent": "none"})
    visitor.get("/en/end")
    assert "not sent your request yet" in visitor.page.text
    visitor.submit()
    assert "You have finished" in visitor.page.text
    assert visitor.page.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    visitor.get("/en/ask/question")
    assert "step=urgent" in visitor.form().action


def test_leaving_quickly_ends_the_visit(world: World) -> None:
    visitor = world.visitor()
    sent(visitor, "iom_support", IOM, "en")
    left = visitor.client.get("/exit", follow_redirects=False)
    assert left.status_code == 303
    assert left.headers["location"] == world.settings.exit_url
    assert visitor.get("/en/ask/sent").url.path == "/en/ask/"


def test_the_database_holds_no_answer_in_the_clear(world: World) -> None:
    visitor = world.visitor()
    told = {**IOM, "name": {"family_name": "Canary Zeldzaam"}, "location": {"place": "Canarystad"}}
    code = sent(visitor, "iom_support", told)
    world.route()

    def everything(session: Any) -> bytes:
        tables = sa.inspect(session.connection()).get_table_names()
        rows = [session.execute(sa.text(f"SELECT * FROM {name}")).all() for name in tables]  # noqa: S608
        return repr(rows).encode() + b"".join(
            bytes(cell) for table in rows for row in table for cell in row
            if isinstance(cell, bytes | memoryview)
        )  # fmt: skip

    held = world.db.read_now(everything)
    for canary in ("Canary", "0000000001", code, code[:8]):
        assert canary.encode() not in held, canary
    assert world.db.read_now(queries.case_of_code, world.keys.public.stretch(code)[0])
