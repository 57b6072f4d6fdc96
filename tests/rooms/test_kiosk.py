"""A shared screen in a centre: made by a link, taken back by name, and forgetful after minutes."""

import json
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer

from portal import cli
from portal.intake import kiosk, visits
from portal.intake.models import DraftFile, KeptDraft, Kiosk, Receipt, Visit
from portal.intake.sweeping import Sweeper
from portal.vault import save_keys
from portal.web.context import KIOSK_IDLE
from tests.rooms.test_at_once import code_on
from tests.rooms.test_later import CANARY, answer
from tests.support.visitor import Visitor
from tests.support.world import QUESTION, World, make_world

NAME = "azc Assen 1"
TABLES = (Visit, Receipt, DraftFile, KeptDraft)


def link(world: World, name: str = NAME) -> str:
    return world.db.write_now(kiosk.new_link, world.keys.public, name, datetime.now(UTC))


def screen(world: World, name: str = NAME) -> Visitor:
    """A browser that was made a kiosk."""
    visitor = world.visitor()
    visitor.get(link(world, name))
    assert visitor.page.url.path == "/kiosk"
    return visitor


def asked(visitor: Visitor) -> Visitor:
    visitor.get("/en/ask/question")
    return answer(visitor, until="language")


def left(world: World) -> int:
    """How many rows there are of anybody's visit."""
    counts = [sa.select(sa.func.count()).select_from(table) for table in TABLES]
    return world.db.read_now(lambda s: sum(s.scalar(count) or 0 for count in counts))


def sit(world: World, minutes: float) -> None:
    """Let time go by: everything was seen that much earlier."""
    by = timedelta(minutes=minutes)

    def age(session: Any) -> None:
        for row in session.scalars(sa.select(Visit)):
            row.seen, row.expires = row.seen - by, row.expires - by
            if row.case_opened:
                row.case_opened, row.case_seen = row.case_opened - by, row.case_seen - by

    world.db.write_now(age)


def kept_text(visitor: Visitor) -> str:
    visitor.get("/en/ask/question?step=question")
    return visitor.form().values.get("question_text", [""])[0]


# Making and taking back ----------------------------------------------------------------------


def test_the_link_makes_a_kiosk_of_the_browser_that_opens_it(world: World) -> None:
    visitor = screen(world)
    assert 'class="public kiosk"' in visitor.get("/en/ask/").text
    assert 'class="public kiosk"' not in world.visitor().get("/en/ask/").text
    answer = world.visitor().client.get(link(world), follow_redirects=False)
    assert answer.headers["location"] == "/kiosk"
    cookie = SimpleCookie(answer.headers["set-cookie"])["kiosk"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "lax"
    assert int(cookie["max-age"]) > 300 * 24 * 3600


def test_over_https_the_cookie_is_bound_to_the_host(sqlite_url: str, tmp_path: Path) -> None:
    made = make_world(sqlite_url, tmp_path, public_url="https://portal.example")
    client = made.visitor().client
    answer = client.get(f"https://portal.example{link(made)}", follow_redirects=False)
    assert answer.headers["set-cookie"].startswith("__Host-kiosk=")
    assert "; secure" in answer.headers["set-cookie"].lower()
    assert 'class="public kiosk"' in client.get("https://portal.example/en/ask/").text
    made.close()


def test_no_other_text_makes_a_kiosk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    good = link(world)
    cookie = screen(world).client.cookies["kiosk"]
    forged = URLSafeTimedSerializer(b"another key", salt="link").dumps("x")
    for path in (good[:-1], good + "x", "/kiosk/x", f"/kiosk/{cookie}", f"/kiosk/{forged}"):
        visitor = world.visitor()
        assert visitor.get(path).status_code == 404, path
        assert "kiosk" not in visitor.client.cookies
    for value in (good.removeprefix("/kiosk/"), forged, "x", "", "é", cookie[:-1]):
        header = {"Cookie": f"kiosk={value}".encode()}
        assert "public kiosk" not in world.visitor().get("/en/ask/", headers=header).text
    monkeypatch.setattr(kiosk, "LINK_LASTS", timedelta(seconds=-1))
    assert world.visitor().get(good).status_code == 404


def test_a_revoked_kiosk_is_none_at_its_next_request(world: World) -> None:
    one, other = screen(world), screen(world, "azc Utrecht 1")
    asked(one)
    again = link(world)
    assert world.db.write_now(kiosk.revoke, NAME, datetime.now(UTC)) == 2
    assert one.get("/kiosk").url.path == "/en/"  # the language that was read here last
    assert "public kiosk" not in one.get("/en/ask/").text
    assert left(world) == 0  # what was typed on it ended with it
    assert world.visitor().get(again).status_code == 404
    assert other.get("/kiosk").url.path == "/kiosk"
    assert world.db.write_now(kiosk.revoke, NAME, datetime.now(UTC)) == 0


def test_elsewhere_there_is_no_kiosk_page(world: World) -> None:
    assert world.visitor().get("/kiosk").url.path == "/nl/"


def test_a_phones_visit_does_not_live_on_when_it_becomes_a_kiosk(world: World) -> None:
    visitor = asked(world.visitor())
    visitor.get(link(world))
    assert kept_text(visitor) == ""
    assert left(world) == 0


# Forgetting ----------------------------------------------------------------------------------


def test_three_minutes_without_a_sign_end_the_visit(world: World) -> None:
    visitor = asked(screen(world))
    sit(world, 2.9)
    assert kept_text(visitor) == CANARY  # and this was a sign of life
    sit(world, 2.9)
    assert kept_text(visitor) == CANARY
    sit(world, 3.1)
    assert kept_text(visitor) == ""
    assert left(world) == 0
    asked(visitor)
    assert kept_text(visitor) == CANARY


def test_a_phone_waits_longer(world: World) -> None:
    visitor = asked(world.visitor())
    sit(world, 60)
    assert kept_text(visitor) == CANARY


def test_nothing_comes_back_to_life_under_an_old_cookie(world: World) -> None:
    """The next person's first answer must not open what the one before had typed."""
    for visitor, minutes in ((screen(world), 4), (world.visitor(), 25 * 60)):
        visitor.get("/en/ask/question")
        form = visitor.form()
        asked(visitor)
        sit(world, minutes)
        visitor.send(form, {"urgent": "none"})
        asked_again = visitor.get("/en/ask/appointment")
        assert CANARY not in asked_again.text
        assert kept_text(visitor) == ""


def test_an_expired_row_is_wiped_by_whoever_writes_to_it(world: World) -> None:
    visitor = asked(world.visitor())
    token = visitor.client.cookies["visit"]
    sit(world, 25 * 60)
    world.db.write_now(visits.begin, token, datetime.now(UTC))
    state = world.db.read_now(visits.load, token, datetime.now(UTC))
    assert state is not None
    assert state.drafts == {}


def test_what_is_over_is_wiped_when_nobody_comes_back(world: World) -> None:
    asked(screen(world))
    Sweeper(world.db).sweep(datetime.now(UTC))
    assert left(world) == 1
    sit(world, 3.1)
    Sweeper(world.db).sweep(datetime.now(UTC))
    assert left(world) == 0


def test_the_receipt_and_an_opened_case_end_with_the_visit(world: World) -> None:
    visitor = asked(screen(world))
    code = code_on(answer(visitor).submit().text)
    sit(world, 3.1)
    assert visitor.get("/en/ask/sent").url.path == "/en/ask/"
    visitor.get("/en/follow")
    visitor.submit({"code": code})
    assert visitor.page.url.path == "/en/follow/case"
    sit(world, 3.1)
    assert visitor.get("/en/follow/case").url.path == "/en/follow"
    assert left(world) == 0


def test_an_opened_case_stays_for_an_hour_of_use(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = screen(world)
    visitor.get("/en/follow")
    visitor.submit({"code": code})
    for _ in range(29):
        sit(world, 2)
        assert visitor.get("/en/follow/case").url.path == "/en/follow/case"
    sit(world, 2.5)
    assert visitor.get("/en/follow/case").url.path == "/en/follow"


def test_a_sign_of_life_prolongs_as_often_as_one_likes(world: World) -> None:
    visitor = asked(screen(world))
    for _ in range(15):
        sit(world, 2.5)
        assert visitor.client.post("/kiosk/here").status_code == 204
    assert kept_text(visitor) == CANARY
    sit(world, 3.1)
    assert visitor.client.post("/kiosk/here").status_code == 410
    assert left(world) == 0
    assert world.visitor().client.post("/kiosk/here").status_code == 204


@pytest.mark.parametrize("how", ["finish", "idle", "exit"])
def test_finish_leads_to_the_languages_and_leaves_nothing(world: World, how: str) -> None:
    visitor = asked(screen(world))
    token = visitor.client.cookies["visit"]
    if how == "finish":
        assert "not sent your request" in visitor.get("/en/end").text  # asked first
        visitor.submit(form="/end")
    elif how == "idle":
        visitor.get("/en/end?idle")
    else:
        answer = visitor.client.get("/exit", follow_redirects=False)
        assert answer.headers["location"] == world.settings.exit_url
        visitor.get("/kiosk")
    assert visitor.page.url.path == "/kiosk"
    for tag in ("nl", "en", "ar"):
        assert f'href="/{tag}/"' in visitor.page.text
    assert left(world) == 0
    assert set(visitor.client.cookies) == {"kiosk"}
    for path in ("/en/ask/check", "/en/ask/question", "/en/ask/sent", "/en/follow/case"):
        assert CANARY not in visitor.get(path).text
    header = {"Cookie": f"visit={token}; kiosk={visitor.client.cookies['kiosk']}"}
    assert CANARY not in world.visitor().get("/en/ask/question", headers=header).text


def test_finishing_does_not_make_the_kiosk_an_ordinary_browser(world: World) -> None:
    visitor = asked(screen(world))
    answer = visitor.client.get("/en/end?idle", follow_redirects=False)
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    phone = asked(world.visitor())
    answer = phone.client.get("/en/end?idle", follow_redirects=False)
    assert answer.status_code == 200
    assert "not sent your request" in answer.text  # on a phone the address asks all the same
    assert "cookies" in phone.client.post("/en/end").headers["clear-site-data"]


# Pages ---------------------------------------------------------------------------------------


def test_each_page_leaves_by_itself_when_nobody_is_there(world: World) -> None:
    visitor = asked(screen(world))
    refresh = f'<meta http-equiv="refresh" content="{KIOSK_IDLE.seconds};url=/en/end?idle">'
    _, code = world.send("question", QUESTION)
    visitor.get("/en/follow")
    form = visitor.form()
    for path in ("ask/", "ask/question?step=question", "ask/check", "follow", "search?q=x", "end"):
        page = visitor.get(f"/en/{path}").text
        assert f"<noscript>{refresh}</noscript>" in page, path
        assert "I am still here" in page, path
        assert "http-equiv" not in world.visitor().get(f"/en/{path}").text
    assert refresh in visitor.send(form, {"code": code}).text
    start = visitor.get("/kiosk").text
    assert "http-equiv" not in start
    assert "I am still here" not in start


def test_nothing_is_kept_for_later_on_a_kiosk(world: World) -> None:
    visitor = screen(world)
    visitor.get("/en/ask/question")
    assert "formaction" not in visitor.page.text
    csrf = visitor.form().values["csrf"][0]
    assert visitor.post("/en/ask/question/later", {"csrf": csrf}).url.path == "/en/ask/question"
    assert visitor.get("/en/ask/later").url.path == "/en/ask/"
    assert visitor.post("/en/ask/later", {"csrf": csrf, "code": "1"}).url.path == "/en/ask/"
    assert "/ask/later" not in visitor.get("/en/ask/").text
    assert "/ask/later" not in visitor.get("/en/follow").text
    assert left(world) == 0


def test_a_kiosk_prints_the_receipt(world: World) -> None:
    visitor = asked(screen(world))
    assert "data-print" not in visitor.page.text
    assert "data-print" in answer(visitor).submit().text


# The command ---------------------------------------------------------------------------------


@pytest.fixture
def command(world: World, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Any:
    """`command("link", "--name", "x")` -> (exit code, what it printed, what it complained)."""
    save_keys(world.keys, world.settings.keys_file)
    monkeypatch.setattr(cli, "_settings", lambda: world.settings)
    monkeypatch.setattr("portal.logs.configure", lambda **_: None)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["kiosk", *arguments])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_the_command_makes_lists_and_takes_back(world: World, command: Any) -> None:
    code, out, _ = command("link", "--name", NAME)
    assert code == 0
    address = out.splitlines()[-1]
    assert address.startswith(f"{world.settings.public_url}/kiosk/")
    visitor = world.visitor()
    assert visitor.get(address).url.path == "/kiosk"
    assert NAME in command("list")[1]
    assert command("revoke", "--name", NAME)[0] == 0
    assert visitor.get("/kiosk").url.path == "/nl/"
    assert NAME not in command("list")[1]


def test_the_command_says_in_one_line_what_is_wrong(command: Any) -> None:
    for arguments in (("link",), ("link", "--name", "x" * 101), ("revoke", "--name", "none")):
        code, out, err = command(*arguments)
        assert (code, out) == (2, "")
        assert len(err.splitlines()) == 1


def test_the_table_holds_a_name_and_nothing_of_people(world: World) -> None:
    asked(screen(world))
    columns = {column.name for column in Kiosk.__table__.columns}
    assert columns == {"id", "name", "made", "revoked"}
    assert json.dumps(NAME) in json.dumps([n for n, _ in world.db.read_now(kiosk.names)])
