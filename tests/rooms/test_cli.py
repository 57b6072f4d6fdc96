"""The command line, as a person meets it: a process, its exit code, and one clear line."""

import os
import re
import shutil
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from portal.caseload.importing import COLUMNS
from portal.cases import service
from portal.cases.models import Case
from portal.db import Database
from portal.vault import Keys, load_keys, save_keys
from tests.support.free_port import free_port
from tests.support.portal_server import ROOT, start_portal
from tests.support.world import QUESTION, World, make_world

Env = dict[str, str]
GOOD = "0000000001,1999-04-02,Applicant 01,,SY,azc Assen,none,s1@demo.example,Team Assen,,ar"
OIDC = {
    "PORTAL_OIDC_ISSUER": "https://login.example",
    "PORTAL_OIDC_CLIENT_ID": "portal",
    "PORTAL_OIDC_CLIENT_SECRET": "secret",
}


def run(env: Env, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`portal …` with these settings and no others. A traceback is always a failure."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    done = subprocess.run(
        [sys.executable, "-m", "portal", *arguments],
        cwd=ROOT,
        env={**clean, **env},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def refused(env: Env, *arguments: str) -> str:
    """The one line with which a command says that it can't run."""
    done = run(env, *arguments)
    assert done.returncode == 2, done
    (line,) = done.stderr.splitlines()
    assert line.startswith("portal: ")
    return line


@pytest.fixture
def empty(tmp_path: Path) -> Env:
    """Settings of a deployment of which nothing exists yet."""
    return {
        "PORTAL_DATA_DIR": str(tmp_path / "data"),
        "PORTAL_PUBLIC_URL": "https://portal.example",
        **OIDC,
    }


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> World:
    """The portal of a good deployment, with its data on disk."""
    made = make_world(sqlite_url, tmp_path)
    save_keys(made.keys, tmp_path / "keys.toml")
    save_keys(Keys(made.keys.public, None), tmp_path / "keys.public.toml")
    made.close()
    return made


@pytest.fixture
def good(empty: Env, world: World, tmp_path: Path) -> Env:
    return {**empty, "PORTAL_DATA_DIR": str(tmp_path)}


def caseload(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "import.csv"
    path.write_text("\n".join((",".join(COLUMNS), *lines, "")))
    return str(path)


def test_from_nothing_to_a_deployment_that_may_open(empty: Env, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run(empty, "keys", "new").returncode == 0
    for name in ("keys.toml", "keys.public.toml"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600
    kept = load_keys(data / "keys.toml")
    assert load_keys(data / "keys.public.toml") == Keys(kept.public, None)
    assert "never overwritten" in refused(empty, "keys", "new")
    assert load_keys(data / "keys.toml") == kept
    for _ in range(2):
        assert run(empty, "migrate").returncode == 0
    before = run(empty, "check")
    assert (before.returncode, before.stdout.count("\n")) == (1, 1)
    assert "portal caseload import" in before.stdout
    file = caseload(tmp_path, GOOD)
    dry = run(empty, "caseload", "import", file, "--dry-run")
    assert (dry.returncode, run(empty, "check").returncode) == (0, 1)
    real = run(empty, "caseload", "import", file)
    assert real.stdout.replace("would be ", "") == dry.stdout.replace("would be ", "")
    assert "1 added, 0 changed, 0 unchanged, 0 skipped" in real.stdout
    assert "new team: Team Assen" in real.stdout
    after = run(empty, "check")
    assert after.returncode == 0
    assert after.stdout.startswith("this deployment may open\nPORTAL_SMTP_URL is missing")


def test_keys_are_not_halved(empty: Env, tmp_path: Path) -> None:
    """A public half that is left over belongs to other private keys."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "keys.public.toml").write_text("")
    assert "keys.public.toml exists" in refused(empty, "keys", "new")
    assert not (tmp_path / "data" / "keys.toml").exists()


def test_a_bad_caseload_is_listed_and_only_skipped_when_told(good: Env, tmp_path: Path) -> None:
    file = caseload(tmp_path, GOOD.replace("0000000001", "0000000099"), "x" + GOOD, GOOD + ",more")
    listed = run(good, "caseload", "import", file)
    assert listed.returncode == 1
    assert re.findall(r":(\d): (\w+)", listed.stderr) == [("3", "v_number"), ("4", "must")]
    assert "nothing imported" in listed.stdout
    skipped = run(good, "caseload", "import", file, "--skip-bad")
    assert skipped.returncode == 0
    assert "1 added, 0 changed, 0 unchanged, 2 skipped" in skipped.stdout
    assert "No such file" in refused(good, "caseload", "import", str(tmp_path / "none.csv"))


def test_what_a_command_needs_is_said_in_one_line(empty: Env, good: Env, tmp_path: Path) -> None:
    file = caseload(tmp_path, GOOD)
    assert "keys new" in refused(empty, "caseload", "import", file)
    assert "keys new" in refused(empty, "worker")
    shutil.copytree(tmp_path, tmp_path / "data", ignore=lambda *_: ["data", "portal.db"])
    assert "portal migrate" in refused(empty, "caseload", "import", file)
    assert "portal migrate" in refused(empty, "audit", "verify")
    gone = {"PORTAL_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    assert "database doesn't answer" in refused({**good, **gone}, "migrate")
    public = {"PORTAL_KEYS_FILE": str(tmp_path / "keys.public.toml")}
    assert "no desk keys" in refused({**good, **public}, "caseload", "import", file)
    in_the_way = {"PORTAL_DATA_DIR": str(tmp_path / "keys.toml")}
    assert "keys.toml" in refused({**good, **in_the_way}, "migrate")
    assert "--head must be" in refused(good, "audit", "verify", "--head", "nonsense")


BAD = {
    "plain http": ({"PORTAL_PUBLIC_URL": "http://portal.example"}, 2, "must be https"),
    "no keys": ({"PORTAL_KEYS_FILE": "none.toml"}, 1, "portal keys new"),
    "no key file at all": ({"PORTAL_KEYS_FILE": "pyproject.toml"}, 1, "isn't a key file"),
    "no secret": ({"PORTAL_OIDC_CLIENT_SECRET": ""}, 1, "PORTAL_OIDC_CLIENT_SECRET is missing"),
    "desk keys in public": ({"PORTAL_DOOR": "public"}, 1, "must not hold desk keys"),
    "no data": ({"PORTAL_DATA_DIR": "none", "PORTAL_KEYS_FILE": "{data}/keys.toml"}, 1,
                "portal migrate"),
    "no tables": ({"PORTAL_DATABASE_URL": "sqlite:///{data}/other.db"}, 1, "portal migrate"),
    "no server": ({"PORTAL_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, 1, "migrate"),
}  # fmt: skip


@pytest.mark.parametrize(("settings", "code", "says"), BAD.values(), ids=BAD)
def test_a_bad_deployment_is_not_opened(
    good: Env, tmp_path: Path, settings: Env, code: int, says: str
) -> None:
    env = good | {name: value.format(data=tmp_path) for name, value in settings.items()}
    checked = run(env, "check")
    assert checked.returncode == code
    assert says in checked.stdout + checked.stderr
    assert len((checked.stdout + checked.stderr).splitlines()) == 1


@pytest.mark.parametrize("bad", ["no secret", "desk keys in public"])
def test_what_check_finds_keeps_serve_shut(good: Env, tmp_path: Path, bad: str) -> None:
    settings, _, says = BAD[bad]
    env = good | {name: value.format(data=tmp_path) for name, value in settings.items()}
    assert says in refused(env, "serve", "--port", str(free_port()))


def test_staff_keys_are_needed_at_the_staff_door(good: Env, tmp_path: Path) -> None:
    env = {**good, "PORTAL_KEYS_FILE": str(tmp_path / "keys.public.toml")}
    line = refused(env, "serve", "--door", "staff", "--port", str(free_port()))
    assert "needs the whole key file" in line


def test_keys_that_others_can_read_are_a_fault(good: Env, tmp_path: Path) -> None:
    (tmp_path / "keys.toml").chmod(0o640)
    checked = run(good, "check")
    assert checked.returncode == 1
    assert "chmod 600" in checked.stdout


def test_several_workers_need_postgresql(good: Env) -> None:
    assert "PostgreSQL" in refused(good, "serve", "--workers", "2", "--port", str(free_port()))


def test_the_log_is_verified_against_its_head(good: Env, world: World, tmp_path: Path) -> None:
    head = run(good, "audit", "head").stdout.strip()
    assert re.fullmatch(r"\d+:[0-9a-f]{64}", head)
    verified = run(good, "audit", "verify", "--head", head)
    assert (verified.returncode, verified.stdout) == (0, "the log is whole\n")
    other = run(good, "audit", "verify", "--head", f"7:{'0' * 64}")
    assert (other.returncode, other.stdout) == (1, "row 7: the known head is missing\n")


def test_the_public_door_opens_with_the_public_keys_alone(good: Env, tmp_path: Path) -> None:
    data = tmp_path / "public"
    data.mkdir()
    keys = {"PORTAL_KEYS_FILE": str(tmp_path / "keys.public.toml"), "PORTAL_DOOR": "public"}
    database = {"PORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'portal.db'}"}
    server = start_portal(data, keys | database)
    try:
        for path in ("/nl/", "/ar/ask/question", "/nl/follow", "/readyz"):
            assert httpx2.get(server.base_url + path).status_code == 200, path
        for path in ("/desk/", "/staff/sign-in"):
            assert httpx2.get(server.base_url + path).status_code == 404, path
    finally:
        server.stop()
    assert "Traceback" not in server.log.read_text()


def test_a_worker_of_its_own_routes_what_arrives(good: Env, world: World, tmp_path: Path) -> None:
    db = Database(world.settings.database_url)
    new = service.NewCase("question", QUESTION, "ar", "submission")
    prepared = service.prepare(world.keys.public, world.settings, new, datetime.now(UTC))
    case_id = prepared.case.id
    process = subprocess.Popen(
        [sys.executable, "-m", "portal", "worker"], cwd=ROOT, env={**os.environ, **good}
    )
    try:
        assert db.write_now(service.store, prepared)
        deadline = time.monotonic() + 20
        while db.read_now(lambda s: s.get_one(Case, case_id).state) != "assigned":
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        process.terminate()
        process.wait(timeout=10)
        db.close()


@pytest.mark.parametrize("arguments", [(), ("serve", "--port", "x")])
def test_a_command_that_does_not_exist_is_explained(arguments: tuple[str, ...]) -> None:
    done = run({}, *arguments)
    assert done.returncode == 2
    assert "usage: portal" in done.stderr


def test_help_names_every_command() -> None:
    done = run({}, "--help")
    assert done.returncode == 0
    for command in "demo serve worker migrate caseload team content keys audit check".split():
        assert re.search(rf"^ +{command} ", done.stdout, re.MULTILINE), command


def test_the_state_of_the_texts_is_told() -> None:
    done = run({}, "content", "status")
    assert done.returncode in (0, 1)
    assert done.stdout
