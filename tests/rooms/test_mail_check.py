"""What `portal check` says of e-mail, and what the worker does of itself."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal import cli, worker
from portal.cases import digests
from portal.deployment import letters_of
from portal.worker import Worker
from tests.rooms.letters_sent import outbox, sent_by_mail, tell
from tests.support.smtp import MailServer, make_identity
from tests.support.world import World


def test_a_server_that_works_is_nothing_to_speak_of(world: World, tmp_path: Path) -> None:
    identity = make_identity(tmp_path / "mail")
    with MailServer().running(identity) as server:
        settings = server.secure_settings(world.settings, identity.ca_file)
        assert letters_of(settings) == ("", True)
        assert letters_of(replace(settings, door="public", smtp_url="")) == ("", True)
        wrong = replace(settings, smtp_url=settings.smtp_url.replace("portal:", "other:"))
        other = replace(settings, smtp_ca_file=str(make_identity(tmp_path / "x").ca_file))
        missing = replace(settings, smtp_ca_file=str(tmp_path / "none.pem"))
        for bad in (wrong, other, missing):
            line, works = letters_of(bad)
            assert not works
            assert f"127.0.0.1:{server.port}" in line
            assert "p%40ss" not in line
    assert server.arrived == []
    assert letters_of(settings)[1] is False  # it is down now


def test_no_tls_is_said_and_no_server_is_no_fault(world: World) -> None:
    with MailServer().running() as server:
        line, works = letters_of(server.settings(world.settings))
        assert works
        assert "without TLS" in line
    line, works = letters_of(world.settings)
    assert works
    assert "PORTAL_SMTP_URL is missing" in line


def test_the_command_fails_when_no_e_mail_can_leave(
    portal: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"PORTAL_OIDC_{name}", "x")
    server = MailServer()
    monkeypatch.setenv("PORTAL_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
    monkeypatch.setenv("PORTAL_SMTP_FROM", "post@portal.example")
    assert cli.main(["check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "this deployment may open"
    assert lines[1].startswith("no e-mail can leave")
    with server.running():
        assert cli.main(["check"]) == 0


def wait_until(world: World, *states: tuple[str, str]) -> None:
    deadline = time.monotonic() + 20
    while sorted(outbox(world)) != sorted(states):
        assert time.monotonic() < deadline, outbox(world)
        time.sleep(0.05)


def test_the_worker_sends_letters_and_the_mornings_digest_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "POST_PAUSE", 0.05)
    monkeypatch.setattr(digests, "is_time", lambda _now: True)
    case_id, _ = sent_by_mail(world)
    tell(world, case_id)
    with MailServer(rcpt=["451 later"]).running() as server:
        works = Worker(world.db, world.keys.require_desk(), server.settings(world.settings))
        works.start()
        wait_until(world, ("digest", "sent"), ("news", "waiting"))
        works.stop()
        assert not works._thread.is_alive()
    assert [letter.to for letter in server.arrived] == ["supervisor-assen-1@demo.example"]


def test_an_error_stops_no_letter_and_no_request(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "POST_PAUSE", 0.05)
    real, failed = worker.posting.send_waiting, []

    def fails_once(*args: object) -> int:
        if not failed:
            failed.append(datetime.now(UTC))
            raise KeyError("x")
        return real(*args)  # ty: ignore[invalid-argument-type]

    monkeypatch.setattr(worker.posting, "send_waiting", fails_once)
    case_id, _ = sent_by_mail(world)
    tell(world, case_id)
    works = Worker(world.db, world.keys.require_desk(), world.settings)
    works.start()
    wait_until(world, ("news", "skipped"))
    works.stop()
    assert failed
