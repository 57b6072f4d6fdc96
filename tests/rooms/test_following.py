"""Following a request with its code: what the page shows and never shows, and what one can do."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import letters, receipt, service
from portal.cases.fields import Field
from portal.cases.kinds import KINDS
from portal.cases.models import Case, CaseEvent
from portal.cases.sealing import messages_key_of
from portal.cases.steps import Kind
from portal.cases.workflow import NEXT, STATES
from portal.i18n import format_date, translate
from portal.intake.models import Visit
from tests.support.page_lint import elements
from tests.support.visitor import Form, Visitor
from tests.support.world import QUESTION, World

REPLY = "text"
"""The field that only the form of a reply has."""


def opened(world: World, code: str, tag: str = "en") -> Visitor:
    visitor = world.visitor()
    visitor.get(f"/{tag}/follow")
    visitor.submit({"code": code})
    assert visitor.page
    return visitor


def text_of(page: httpx2.Response) -> str:
    (main,) = [each for each in elements(page.text) if each.tag == "main"]
    return main.name()


def reply_form(visitor: Visitor) -> Form:
    return next(form for form in map(visitor.form, range(5)) if REPLY in form.names)


def moved(world: World, case_id: str, *names: str) -> None:
    """What the desk would do."""

    def move(session: Session) -> None:
        case = session.get_one(Case, case_id)
        for name in names:
            roles = ["worker"] if name == "route" else ["supervisor"]
            service.move(session, world.settings, case, name, "staff", roles, datetime.now(UTC),
                         reason="other" if name == "decline" else "")  # fmt: skip

    world.db.write_now(move)


def letter(world: World, case_id: str, key: str, own: str = "", **blanks: Any) -> None:
    def write(session: Session) -> None:
        case = session.get_one(Case, case_id)
        content = letters.content_of(key, blanks, case.language, own)
        messages_key = messages_key_of(world.keys.require_desk(), case)
        service.add_message(session, case, messages_key, content, key, datetime.now(UTC),
                            outgoing=True)  # fmt: skip

    world.db.write_now(write)


def log(world: World) -> list[str]:
    query = sa.select(CaseEvent.name).order_by(CaseEvent.id)
    return list(world.db.read_now(lambda session: session.scalars(query).all()))


def age(world: World, **values: Any) -> None:
    world.db.write_now(lambda session: session.execute(sa.update(Visit).values(values)))


@pytest.mark.parametrize("tag", ["nl", "en", "ar"])
def test_the_page_says_where_the_request_stands_and_what_comes_next(world: World, tag: str) -> None:
    case_id, code = world.send("question", QUESTION)
    ways = (("sent", ()), ("assigned", ("route",)), ("in_progress", ("start",)),
            ("info_needed", ("ask_info",)), ("not_now", ("resume", "decline")),
            ("done", ("finish",)))  # fmt: skip
    visitor = opened(world, code, tag)
    for state, moves in ways:
        moved(world, case_id, *moves)
        page = visitor.get(f"/{tag}/follow/case").text
        assert translate(tag, STATES[state]) in page
        assert translate(tag, NEXT[state]).split("(")[0][:40] in page, state


def test_letters_stand_in_the_readers_language_with_dutch_beside_it(world: World) -> None:
    case_id, code = world.send("question", QUESTION, "ar")
    letter(world, case_id, "reading", own="Tot dinsdag.")
    page = opened(world, code, "ar").page
    assert page
    texts = letters.content_of("reading", {}, "ar")["texts"]
    for tag in ("ar", "nl"):
        assert texts[tag]["title"] in page.text
    assert "Tot dinsdag." in page.text
    assert (
        translate("ar", "In Dutch, in the words of your supervisor. Not translated:") in page.text
    )
    for each in elements(page.text):
        if texts["ar"]["title"] in each.words:
            assert each.parent
            assert (each.parent.get("lang"), each.parent.get("dir")) == ("ar", "rtl")
        if "Tot dinsdag." in each.words:
            assert each.parent
            assert each.parent.get("lang") == "nl"


@pytest.mark.parametrize("reads", ["nl", "en", "ar"])
def test_whoever_opens_the_case_reads_the_letters_in_their_own_language(
    world: World, reads: str
) -> None:
    """A lawyer sends in Dutch; who reads with the code may be the client (domain.md §8, 12)."""
    case_id, code = world.send("question", QUESTION, "nl")
    blanks = {"day": "2027-01-14", "time": "14:30", "place": "Kamer 3", "interpreter": "phone"}
    letter(world, case_id, "meeting", own="Neem uw papieren mee.", **blanks)
    visitor = opened(world, code, reads)
    page = text_of(visitor.page)
    for tag in dict.fromkeys((reads, "nl")):
        assert translate(tag, "A talk is planned") in page
        assert format_date(date(2027, 1, 14), tag) in page
        assert translate(tag, "An interpreter helps by phone.") in page
    assert page.count("Kamer 3") == (1 if reads == "nl" else 2)
    assert page.count("Neem uw papieren mee.") == 1
    unread = {"en", "ar"} - {reads}
    assert not [tag for tag in unread if format_date(date(2027, 1, 14), tag) in page]


CANARIES = {
    "family_name": "Canaryfamily", "given_names": "Canarygiven", "v_number": "4711081542",
    "birth_date": {"year": 1971, "month": 9, "day": 13}, "contact_channel": "email",
    "special_needs": ["illness"], "procedure_pending": "no", "attempt_made": "yes",
    "family_included": "yes", "sender_role": "lawyer",
}  # fmt: skip


def canary(field: Field) -> Any:
    """An answer to any field that would be recognised on a page."""
    match field.widget:
        case "text" | "textarea":
            return f"Canary{field.name}"
        case "number":
            return 47
        case "country":
            return "ZW"
        case "date":
            return CANARIES["birth_date"]
        case "checkboxes":
            return [field.options[0].value]
        case "radio":
            return field.options[0].value
        case "group":
            return [{each.name: canary(each) for each in field.fields}]
    return True


def canaries(kind: Kind) -> dict[str, Any]:
    fields = [field for step in kind.steps for field in step.fields if field.widget != "hidden"]
    answers = {field.name: canary(field) for field in fields}
    return answers | {name: value for name, value in CANARIES.items() if name in answers}


NEVER = (
    "Canary",
    "canary",
    "4711081542",
    "4711",
    "1971",
    "13-9",
    "Zimbabwe",
    "47 ",
    "Illness",
)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_page_never_says_who_it_is_about(world: World, kind: str) -> None:
    _, code = world.send(kind, canaries(KINDS[kind]), "en")
    visitor = opened(world, code)
    assert visitor.page
    pages = [text_of(visitor.page)]
    world.route()
    pages.append(text_of(visitor.get("/en/follow/case")))
    pages.append(text_of(visitor.get("/en/follow/case/withdraw")))
    for page in pages:
        assert translate("en", KINDS[kind].title) in page
        assert [canary for canary in NEVER if canary in page] == []


def test_a_reply_arrives_once_and_is_read_back(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code, "ar")
    form = reply_form(visitor)
    for _ in range(2):
        page = visitor.send(form, {REPLY: "شكراً، عندي سؤال <b>آخر</b>"})
        assert page.status_code == 200
        assert page.text.count("عندي سؤال &lt;b&gt;آخر") == 1
    assert log(world) == ["sent", "reply"]


def test_a_reply_answers_the_question_of_the_desk(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    moved(world, case_id, "route", "start", "ask_info")
    visitor = opened(world, code)
    page = visitor.send(reply_form(visitor), {REPLY: "Here it is."})
    assert translate("en", STATES["in_progress"]) in page.text
    assert log(world)[-2:] == ["reply", "answer"]


@pytest.mark.parametrize("typed", ["", "   \n", "a\u202eb", "x" * 1501])
def test_a_reply_that_cannot_be_sent_keeps_what_was_typed(world: World, typed: str) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    page = visitor.send(reply_form(visitor), {REPLY: typed})
    assert page.status_code == 422
    assert typed.strip() in page.text
    assert log(world) == ["sent"]


def test_a_reply_from_an_old_page_or_another_site_changes_nothing(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    form = reply_form(visitor)
    assert visitor.send(form, {REPLY: "Typed text", "csrf": "wrong"}).status_code == 422
    assert "Typed text" in visitor.page.text
    data = form.filled({REPLY: "x"})
    foreign = {"Origin": "https://elsewhere.example"}
    assert visitor.client.post(form.action, data=data, headers=foreign).status_code == 403
    assert log(world) == ["sent"]


def test_what_is_finished_cannot_be_withdrawn(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    visitor.get("/en/follow/case/withdraw")
    form = visitor.form("withdraw")
    moved(world, case_id, "route", "start", "finish")
    page = visitor.send(form, {})
    assert page.url.path == "/en/follow/case"
    assert translate("en", STATES["done"]) in page.text
    assert log(world)[-1] == "finish"


def test_withdrawing_needs_the_form_of_this_visit(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    visitor.get("/en/follow/case/withdraw")
    visitor.submit({"csrf": "wrong"}, "withdraw")
    assert log(world) == ["sent"]


@pytest.mark.parametrize("path", ["/en/follow/case", "/en/follow/case/withdraw"])
def test_without_a_code_there_is_no_case(world: World, path: str) -> None:
    world.send("question", QUESTION)
    assert world.visitor().get(path).url.path == "/en/follow"


def test_a_case_closes_by_itself(world: World) -> None:
    _, code = world.send("question", QUESTION)
    now = datetime.now(UTC)
    visitor = opened(world, code)
    form = reply_form(visitor)
    age(world, case_seen=now - timedelta(minutes=14))
    assert visitor.get("/en/follow/case").url.path == "/en/follow/case"  # use keeps it open
    age(world, case_seen=now - timedelta(minutes=16))
    assert visitor.get("/en/follow/case").url.path == "/en/follow"
    assert visitor.send(form, {REPLY: "too late"}).url.path == "/en/follow"
    assert log(world) == ["sent"]
    visitor = opened(world, code)
    age(world, case_opened=now - timedelta(minutes=121), case_seen=now)
    assert visitor.get("/en/follow/case").url.path == "/en/follow"


def test_finishing_closes_the_case(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    kept = dict(visitor.client.cookies)
    visitor.get("/en/end")
    for name, value in kept.items():
        visitor.client.cookies.set(name, value, domain="127.0.0.1")
    assert visitor.get("/en/follow/case").url.path == "/en/follow"


@pytest.mark.parametrize("zero", [0x660, 0x6F0, 0x966, 0xFF10])
def test_a_code_in_any_scripts_digits_with_its_marks_opens_it(world: World, zero: int) -> None:
    _, code = world.send("question", QUESTION)
    digits = "".join(chr(zero + int(digit)) for digit in code)
    typed = "\u200f" + " \u2013 ".join(receipt.groups(digits)) + "\u200e"
    assert opened(world, typed).page.url.path == "/en/follow/case"


def test_the_code_is_in_no_address_and_no_cookie(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    addresses = [str(each.url) for each in (*visitor.page.history, visitor.page)]
    assert code not in repr((addresses, dict(visitor.client.cookies), visitor.page.text))


def masked(page: httpx2.Response, typed: str) -> str:
    return re.sub(r'name="(csrf|nonce)" value="\w+"', "", page.text).replace(typed, "")


def test_a_code_that_is_unknown_and_one_that_no_longer_opens_look_the_same(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    unknown = "000000000000000" + receipt.check_digit("000000000000000")
    world.db.write_now(
        lambda s: s.execute(sa.update(Case).where(Case.id == case_id).values(code_key=b"v1.k.x"))
    )
    one, other = opened(world, unknown).page, opened(world, code).page
    assert one.status_code == other.status_code == 422
    assert masked(one, unknown) == masked(other, code)
    headers = [{name: value for name, value in page.headers.items() if name != "content-length"}
               for page in (one, other)]  # fmt: skip
    assert headers[0] == headers[1]


def test_a_typing_error_is_told_apart_and_what_was_typed_is_safe(world: World) -> None:
    _, code = world.send("question", QUESTION)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert "One digit is not right" in opened(world, wrong).page.text
    assert "no letters" in opened(world, code + "a").page.text
    page = opened(world, '"><script>x</script>').page
    assert "<script>x" not in page.text
