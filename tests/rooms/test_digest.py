"""The staff's morning e-mail: once a working day, only when something waits, counts alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.models import Absence
from portal.cases import digests
from portal.cases.access import Actor
from portal.cases.models import Case
from portal.db import Database
from portal.i18n import AMSTERDAM, dutch_day
from portal.mail.models import Outgoing
from portal.staff.models import StaffMember
from portal.staff.mornings import Morning, morning_text
from tests.rooms.desk.at_the_desk import COLLEAGUE, COORDINATOR, OWN, change, routed
from tests.rooms.letters_sent import outbox, post
from tests.support.smtp import Arrived, MailServer
from tests.support.world import URL, World

pytestmark = pytest.mark.both_databases


NOW = datetime.now(UTC)


def queue(world: World, now: datetime = NOW, db: Database | None = None) -> int:
    """What the worker does in the morning."""
    db = db or world.db
    return db.write_now(digests.queue, db.read_now(digests.who_waits, now), now)


def digest(world: World) -> list[Arrived]:
    with MailServer().running() as server:
        post(world, server.settings(world.settings))
    return server.arrived


def morning(world: World, who: str, *roles: str) -> Morning:
    actor = Actor(world.member_id(who), roles or ("supervisor",))
    return world.db.read_now(digests.morning_of, actor, NOW)


def only(world: World, letter: str = "digest") -> None:
    """Forget the other letters."""
    gone = sa.delete(Outgoing).where(Outgoing.letter != letter)
    world.db.write_now(lambda session: session.execute(gone))


def test_who_has_something_to_do_gets_counts_and_an_address(world: World) -> None:
    late, _ = routed(world), routed(world)
    change(world, sa.update(Case).where(Case.id == late).values(due=NOW - timedelta(hours=1)))
    assert queue(world) == 1
    only(world)
    (mail,) = digest(world)
    assert mail.to == f"{OWN}@demo.example"
    assert f"{URL}/desk/" in mail.text
    assert "2" in mail.text.partition("\n")[0]
    assert "1" in mail.text.split("\n")[1]
    whole = f"{mail.subject} {mail.text}"
    assert [word for word in ("Applicant", "0000000001", "Assen", late) if word in whole] == []
    assert mail.message["Content-Language"] == "nl"
    assert mail.message["Auto-Submitted"] == "auto-generated"


def test_nobody_gets_a_second_one_on_the_same_day(world: World) -> None:
    routed(world)
    assert (queue(world), queue(world), queue(world)) == (1, 0, 0)
    only(world)
    assert len(digest(world)) == 1
    assert queue(world) == 0  # nor after it was sent
    assert queue(world, NOW + timedelta(days=1)) == 1


def test_several_workers_queue_one(world: World) -> None:
    routed(world)
    databases = [Database(world.settings.database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda db: queue(world, db=db), databases)) == 1
    for each in databases:
        each.close()


def test_who_has_nothing_to_do_is_left_alone(world: World) -> None:
    assert queue(world) == 0
    case_id = routed(world)
    far = NOW + timedelta(days=9)
    change(world, sa.update(Case).values(state="in_progress", due=far))
    assert morning(world, OWN) == Morning(0, 0, 0)
    assert queue(world) == 0
    change(world, sa.update(Case).values(due=NOW))
    assert morning(world, OWN).waiting == 1
    assert queue(world) == 1
    change(world, sa.update(Case).where(Case.id == case_id).values(open=False))
    assert digest(world) == []  # it was done before the e-mail left
    assert outbox(world)[-1][1] == "skipped"


def test_a_new_message_of_the_person_waits_until_somebody_answers(world: World) -> None:
    from portal.cases import service

    case_id = routed(world)
    change(world, sa.update(Case).values(state="in_progress", due=NOW + timedelta(days=9)))

    def say(name: str) -> None:
        def write(session: Session) -> None:
            service.log_event(session, session.get_one(Case, case_id), name, "applicant", NOW)

        world.db.write_now(write)

    counts = []
    for name in ("reply", "note", "message"):
        say(name)
        counts.append(morning(world, OWN).waiting)
    assert counts == [1, 1, 0]


def test_who_is_away_gets_none_and_the_deputy_counts_the_cases(world: World) -> None:
    routed(world)
    today = dutch_day(NOW)
    away = Absence(member_id=world.member_id(OWN), first_day=today, last_day=today,
                   deputy_id=world.member_id(COLLEAGUE))  # fmt: skip
    world.db.write_now(lambda session: session.add(away))
    assert queue(world) == 1
    only(world)
    assert [mail.to for mail in digest(world)] == [f"{COLLEAGUE}@demo.example"]


def test_a_coordinator_hears_of_cases_that_nobody_has(world: World) -> None:
    case_id = routed(world)
    assert morning(world, COORDINATOR, "coordinator").unowned == 0
    change(world, sa.update(Case).where(Case.id == case_id).values(supervisor_id=None))
    assert morning(world, COORDINATOR, "coordinator").unowned == 1
    assert morning(world, COLLEAGUE).unowned == 0
    assert queue(world) == 1


def test_who_left_gets_none(world: World) -> None:
    routed(world)
    queue(world)
    only(world)
    change(world, sa.update(StaffMember).values(active=False))
    assert queue(world, NOW + timedelta(days=1)) == 0
    assert digest(world) == []


@pytest.mark.parametrize(
    ("moment", "is_time"),
    [
        ("2026-11-23T06:59", False),  # Monday
        ("2026-11-23T07:00", True),
        ("2026-11-23T11:59", True),
        ("2026-11-23T12:00", False),
        ("2026-11-22T09:00", False),  # Sunday
        ("2026-12-25T09:00", False),  # Christmas, a Friday
        ("2026-07-01T07:00", True),  # in summer an hour earlier in UTC
        ("2026-07-01T06:59", False),
    ],
)
def test_it_is_for_dutch_working_mornings(moment: str, is_time: bool) -> None:
    local = datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)
    assert digests.is_time(local.astimezone(UTC)) is is_time


@pytest.mark.parametrize(("locale", "tag"), [("nl", "nl"), ("en", "en"), ("fr", "nl")])
def test_it_is_in_the_language_of_the_member(locale: str, tag: str) -> None:
    text = morning_text(locale, Morning(3, 1, 0), "https://portal.example")
    assert text.tags == (tag,)
    lines = text.paragraphs[0].split("\n")
    assert [line[0] for line in lines] == ["3", "1"]
    if tag == "en":
        assert lines == ["3 requests wait for you.", "1 is past its day."]
        one = morning_text("en", Morning(1, 0, 2), "").paragraphs[0].split("\n")
        assert one == ["1 request waits for you.", "2 requests of your team have no supervisor."]
