"""The command line of the portal.

Exit 0 = done, 1 = it found what it looks for, 2 = cannot run.
"""

import argparse
import errno
import gc
import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from portal.settings import Settings, SettingsError


class CannotRun(Exception):
    """The message is one clear line."""


def main(argv: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    try:
        if args.command == "demo":  # shows its first page before it has anything to log
            return args.run(args)
        return _logged(args)
    except (CannotRun, SettingsError, OSError) as error:
        print(f"portal: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _logged(args: argparse.Namespace) -> int:
    from sqlalchemy.exc import SQLAlchemyError

    from portal import logs
    from portal.vault import VaultError

    logs.configure(quiet=args.command not in ("serve", "worker", "check"))
    try:
        return args.run(args)
    except VaultError as error:
        raise CannotRun(str(error)) from None
    except SQLAlchemyError as error:  # its own words may hold what was being written
        why = f"the database doesn't answer, or `portal migrate` must run ({type(error).__name__})"
        raise CannotRun(why) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="portal", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str):  # noqa: ANN202
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    demo = command("demo", _demo, "the whole portal on 127.0.0.1, with invented people and cases")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--data", type=Path, help="keep the data here (else: a new temporary folder)")
    serve = command("serve", _serve, "serve the portal; settings come from the environment")
    serve.add_argument("--door", choices=("all", "public", "staff"))
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1)
    command("worker", _worker, "route new cases; any number may run against one PostgreSQL")
    command("migrate", _migrate, "bring the database to the newest schema")
    caseload = command("caseload", _caseload, "dossiers from DT&V's own system")
    caseload.add_argument("action", choices=("import", "export"))
    caseload.add_argument("file", type=Path)
    caseload.add_argument("--dry-run", action="store_true", help="say what would change")
    caseload.add_argument("--skip-bad", action="store_true", help="import the good rows")
    caseload.add_argument(
        "--close-missing", action="store_true", help="close the dossiers that the file lacks"
    )
    absence = command("absence", _absence, "who is away, and who stands in")
    deeds = absence.add_subparsers(dest="action", required=True, metavar="ACTION")
    deeds.add_parser("list", help="absences that are not over")
    add, remove = deeds.add_parser("add"), deeds.add_parser("remove")
    for each in (add, remove):
        each.add_argument("email", help="of the supervisor")
        each.add_argument("first", type=date.fromisoformat, metavar="FIRST_DAY")
    add.add_argument("last", type=date.fromisoformat, metavar="LAST_DAY")
    add.add_argument("--deputy", default="", metavar="EMAIL", help="who stands in")
    keys = command("keys", _keys, "the key ring")
    keys.add_argument("action", choices=("new",))
    audit = command("audit", _audit, "the tamper-evident log")
    audit.add_argument("action", choices=("verify", "head"))
    audit.add_argument("--head", help="SEQUENCE:MAC that was noted before")
    kiosk = command("kiosk", _kiosk, "shared screens: make one, list them, take one back")
    kiosk.add_argument("action", choices=("link", "list", "revoke"))
    kiosk.add_argument("--name", default="", help='which one, for example "azc Assen 1"')
    command("check", _check, "is this deployment safe to open?")

    from portal.cases import team_commands
    from portal.content import commands as content

    content.add_parser(commands)
    commands.choices["content"].set_defaults(run=content.run)
    team_commands.add_parser(commands)
    return parser


@contextmanager
def _importing() -> Generator[None]:
    """Importing makes many objects and no garbage: a tenth of the start is looking for some."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def _settings() -> Settings:
    return Settings.from_environment(os.environ)


def _demo(args: argparse.Namespace) -> int:
    from portal.demo.run import run_demo

    return run_demo(args.port, args.data)


def _serve(args: argparse.Namespace) -> int:
    import uvicorn

    from portal.deployment import faults_of

    if args.door:
        os.environ["PORTAL_DOOR"] = args.door
    settings = _settings()
    if faults := faults_of(settings):
        raise CannotRun("; ".join(faults))
    if settings.database_url.startswith("sqlite") and args.workers > 1:
        raise CannotRun("several workers need PostgreSQL: set PORTAL_DATABASE_URL")
    uvicorn.run(
        "portal.cli:application",
        factory=True,
        host=args.host,
        port=args.port,
        workers=args.workers,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        log_config=None,
        timeout_keep_alive=10,
    )
    return 0


def application():  # noqa: ANN201 - uvicorn's factory
    """The application of `portal serve`, made anew in each of its processes."""
    with _importing():
        from portal import logs
        from portal.app import create_app

    logs.configure()
    return create_app(_settings())


def _worker(_args: argparse.Namespace) -> int:
    from portal import throttle
    from portal.cases.figures import publishing
    from portal.db import Database
    from portal.intake import visits
    from portal.mail import outbox
    from portal.vault import load_keys
    from portal.worker import Worker

    settings = _settings()
    worker = Worker(
        Database(settings.database_url),
        load_keys(settings.keys_file).require_desk(),
        settings,
        chores=(throttle.purge, visits.purge, outbox.purge, publishing.publish_due),
    )
    worker.run()
    return 0


def _migrate(_args: argparse.Namespace) -> int:
    from alembic.util import CommandError

    from portal.db import migrate

    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        migrate(settings.database_url)
    except CommandError as error:
        raise CannotRun(str(error)) from None
    return 0


def _caseload(args: argparse.Namespace) -> int:
    from portal.caseload.importing import CaseloadError
    from portal.cases import commands
    from portal.db import Database
    from portal.vault import load_keys

    settings = _settings()
    keys = load_keys(settings.keys_file)
    db = Database(settings.database_url)
    try:
        if args.action == "export":
            return commands.export_file(db, keys, args.file)
        return commands.import_file(
            db,
            keys,
            args.file,
            dry_run=args.dry_run,
            skip_bad=args.skip_bad,
            close_missing=args.close_missing,
        )
    except CaseloadError as error:
        raise CannotRun(str(error)) from None
    finally:
        db.close()


def _absence(args: argparse.Namespace) -> int:
    from portal.caseload.absence import AbsenceError
    from portal.cases import commands
    from portal.db import Database

    db = Database(_settings().database_url)
    try:
        match args.action:
            case "add":
                return commands.add_absence(db, args.email, args.first, args.last, args.deputy)
            case "remove":
                return commands.remove_absence(db, args.email, args.first)
            case _:
                return commands.list_absences(db)
    except AbsenceError as error:
        raise CannotRun(str(error)) from None
    finally:
        db.close()


def _keys(_args: argparse.Namespace) -> int:
    """Writes the whole ring, and beside it the public half for the public door."""
    from portal.vault import Keys, new_keys, save_keys

    path = _settings().keys_file
    public_path = path.with_name(f"{path.stem}.public{path.suffix}")
    keys = new_keys()
    try:
        if public_path.exists():  # before the first is written: the two belong together
            raise FileExistsError(errno.EEXIST, "exists", str(public_path))
        save_keys(keys, path)
        save_keys(Keys(keys.public, None), public_path)
    except FileExistsError as error:
        raise CannotRun(f"{error.filename} exists: keys are never overwritten") from None
    print(f"{path} (staff door, worker)\n{public_path} (public door)")
    return 0


def _kiosk(args: argparse.Namespace) -> int:
    from portal.db import Database
    from portal.intake import kiosk
    from portal.vault import load_keys

    settings, now = _settings(), datetime.now(UTC)
    keys = load_keys(settings.keys_file).public
    name = args.name.strip()
    if args.action != "list" and not 0 < len(name) <= 100:
        raise CannotRun('--name is missing, for example --name "azc Assen 1"')
    db = Database(settings.database_url)
    try:
        match args.action:
            case "link":
                path = db.write_now(kiosk.new_link, keys, name, now)
                print(
                    f"Open this on the kiosk itself, within an hour:\n{settings.public_url}{path}"
                )
            case "revoke":
                if not db.write_now(kiosk.revoke, name, now):
                    raise CannotRun(f"there is no kiosk {name!r}: see `portal kiosk list`")
            case _:
                for each, made in db.read_now(kiosk.names):
                    print(f"{made:%Y-%m-%d}  {each}")
    finally:
        db.close()
    return 0


def _audit(args: argparse.Namespace) -> int:
    from portal import audit
    from portal.db import Database
    from portal.vault import load_keys

    settings = _settings()
    keys = load_keys(settings.keys_file).require_desk()
    db = Database(settings.database_url)
    try:
        if args.action == "head":
            print("{}:{}".format(*db.read_now(audit.head)))
            return 0
        broken = db.read_now(audit.verify, keys, _known_head(args.head))
    finally:
        db.close()
    if broken:
        print(f"row {broken.seq}: {broken.why}")
        return 1
    print("the log is whole")
    return 0


def _known_head(text: str | None) -> tuple[int, str] | None:
    if not text:
        return None
    sequence, _, mac = text.partition(":")
    if not sequence.isdecimal() or not mac:
        raise CannotRun("--head must be SEQUENCE:MAC, as `portal audit head` prints it")
    return int(sequence), mac


def _check(_args: argparse.Namespace) -> int:
    from portal.deployment import faults_of, letters_of

    settings = _settings()
    faults = faults_of(settings)
    letters, works = letters_of(settings)
    lines = faults or ["this deployment may open"]
    if letters and not (faults and works):  # what is only good to know waits for the faults
        lines = [*lines, letters]
    print(*lines, sep="\n")
    return 1 if faults or not works else 0
