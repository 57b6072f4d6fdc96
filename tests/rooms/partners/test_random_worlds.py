"""A thousand random worlds of organisations, cases and consents: nobody reads what isn't theirs.

The oracle below looks at the rows alone and shares no code with the queries (security.md T4, R2).
"""

import random
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import portal.app  # noqa: F401 - so that the tables of every room are known
from portal.cases.handling import NotVisible
from portal.cases.models import Case, CaseMessage
from portal.cases.sealing import ANSWERS, MESSAGES, answers_place, desk_key_place, message_place
from portal.cases.sharing import consents, partnering
from portal.cases.sharing.models import Consent, Referral
from portal.cases.sharing.partnering import Partner, PartnerDesk
from portal.cases.workflow import NotAllowed
from portal.db import Base
from portal.settings import Settings
from portal.staff.models import Organisation, StaffMember
from portal.vault import new_key, new_keys, seal_json, subkey

WORLDS, CHUNKS = 1_000, 10
KEYS = new_keys()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETTINGS: Any = Settings


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    made = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    Base.metadata.create_all(made)
    yield made
    made.dispose()


def new_case(chance: random.Random, number: int) -> tuple[Case, CaseMessage]:
    case_id, key = secrets.token_hex(16), new_key()
    answers = {"family_name": f"Person {number}", "v_number": "0000000001",
               "question_text": f"Secret {number}", "from_safety": "yes"}  # fmt: skip
    case = Case(
        id=case_id,
        reference=f"{number:04d}-{number:04d}",
        kind="question",
        state=chance.choice(["sent", "assigned", "in_progress", "referred", "done"]),
        open=True,
        language="ar",
        urgent="none",
        embassy_hold=False,
        mandate_hold=chance.random() < 0.2,
        created=NOW,
        due=NOW,
        submission=case_id,
        code_lookup=case_id.encode(),
        desk_key=KEYS.public.wrap(key, desk_key_place(case_id)),
        code_key=b"x",
        answers=seal_json(subkey(key, ANSWERS), answers, answers_place(case_id)),
    )
    content = {"own": f"Message {number}"}
    sealed = seal_json(subkey(key, MESSAGES), content, message_place(case_id))
    message = CaseMessage(case_id=case_id, nonce="n", at=NOW, outgoing=False, sealed=sealed)
    return case, message


def some_consents(chance: random.Random, case: str, organisation: str) -> Iterator[Consent]:
    """A few that ended, and perhaps one that stands, run out or not."""
    how_many = chance.randrange(3)
    for number in range(how_many):
        stands = number == how_many - 1 and chance.random() < 0.7
        expires = chance.choice([None, NOW + timedelta(days=1), NOW - timedelta(seconds=1), NOW])
        yield Consent(
            id=secrets.token_hex(16),
            case_id=case,
            organisation_id=organisation,
            see=chance.random() < 0.5,
            write=chance.random() < 0.5,
            receive=chance.random() < 0.5,
            how="code",
            language="ar",
            version="v",
            given=NOW - timedelta(days=3),
            expires=expires,
            ended=None if stands else NOW - timedelta(days=1),
            ended_by=None if stands else "applicant",
        )


def holds(rows: list[Consent], case: Case, organisation: str) -> Consent | None:
    """The oracle: what lives of one organisation for one case."""
    if case.mandate_hold or case.state == "sent":
        return None
    for row in rows:
        if (row.case_id, row.organisation_id, row.ended) == (case.id, organisation, None) and (
            row.expires is None or row.expires > NOW
        ):
            return row
    return None


def check(session: Session, partner: Partner, cases: list[Case], rows: list[Consent]) -> int:
    """Everything that an organisation can ask or do, against the oracle. How many it sees."""
    keys = KEYS.require_desk()
    expected = {case.id: holds(rows, case, partner.organisation_id) for case in cases}
    asked = {case.id for case in cases}
    found_rows = partnering.cases_of(session, keys, partner, NOW)
    listed = {row.id: row for row in found_rows if row.id in asked}
    assert set(listed) == {case_id for case_id, consent in expected.items() if consent}
    tried = random.Random(partner.organisation_id).choice(cases)
    # only one of them is opened and changed too: each time costs an audit row
    for case in cases:
        consent = expected[case.id]
        found = partnering.partner_case(session, keys, partner, case.id, NOW)
        if case is tried:
            assert partnering.record_view(session, keys, partner, case.id, NOW) == bool(consent)
        desk = PartnerDesk(keys, SETTINGS, partner, case.id, NOW)
        if consent is None:
            assert found is None
            if case is not tried:
                continue
            with pytest.raises(NotVisible):
                partnering.write(session, desk, "text", secrets.token_hex(16))
            with pytest.raises(NotVisible):
                partnering.answer(session, desk, "r" * 32, 0, "accepted", "", "")
            continue
        assert found is not None
        assert bool(found.answers) == consent.see
        assert bool(listed[case.id].name) == consent.see
        assert bool(found.messages) == consent.receive
        if not consent.write:
            with pytest.raises(NotAllowed):
                partnering.write(session, desk, "text", secrets.token_hex(16))
    return len(listed)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_organisation_reads_what_is_not_shared_with_it(engine: sa.Engine, chunk: int) -> None:
    seen = hidden = stopped = 0
    for seed in range(chunk * WORLDS // CHUNKS, (chunk + 1) * WORLDS // CHUNKS):
        chance = random.Random(seed)
        with engine.connect() as connection, Session(connection) as session:
            organisations = [secrets.token_hex(16) for _ in range(chance.randint(1, 3))]
            session.add_all(Organisation(id=o, name=o, kind="ngo") for o in organisations)
            members = [
                StaffMember(id=secrets.token_hex(16), email=o, name=o, roles=["partner"],
                            organisation_id=o, created=NOW)
                for o in organisations
            ]  # fmt: skip
            session.add_all(members)
            made = [new_case(chance, n) for n in range(chance.randint(1, 4))]
            session.add_all(row for pair in made for row in pair)
            cases = [case for case, _ in made]
            rows = [
                consent
                for case in cases
                for o in organisations
                for consent in some_consents(chance, case.id, o)
            ]
            session.add_all(rows)
            session.flush()
            partners = [Partner(m.id, m.organisation_id or "") for m in members]
            for partner in (*partners, Partner(members[0].id, "")):
                sees = check(session, partner, cases, rows)
                seen, hidden = seen + sees, hidden + len(cases) - sees
            living = [row for row in rows if row.ended is None]
            if living:  # the person stops one: the next question finds nothing
                row = chance.choice(living)
                assert consents.stop(session, row.case_id, row.id, NOW), seed
                stopped += 1
                theirs = Partner(members[0].id, row.organisation_id)
                check(session, theirs, [c for c in cases if c.id == row.case_id], rows)
            assert session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 0
            session.rollback()
    assert seen > 10
    assert hidden > 10
    assert stopped > 10
