"""`portal content …`: for people who write, translate and check texts.

Exit 0 = done, 1 = a check found something, 2 = cannot run; an error is one clear line.
What a command needs is imported when it runs: `portal demo` asks this module for its parser too.
"""

import argparse
import sys
from pathlib import Path

from portal import ROOT


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `content` with its own commands to the parser of `portal`."""
    parser = subparsers.add_parser("content", help="articles, facts and interface texts")
    commands = parser.add_subparsers(dest="content_command", required=True, metavar="COMMAND")
    commands.add_parser("status", help="how far each language is, and what has expired")
    commands.add_parser("check", help="all faults of all texts, one a line; exit 1 when any")
    commands.add_parser("update", help="rewrite the PO files after templates and code")
    marks = commands.add_parser(
        "hash", help="record that translations say what the Dutch says now (source_sha)"
    )
    marks.add_argument(
        "slug", nargs="*", help="articles, or `interface`; everything when none is given"
    )
    marks.add_argument("--lang", action="append", default=[], help="only this language; repeatable")
    touch = commands.add_parser(
        "touch", help="record a change of the Dutch that changes no meaning"
    )
    touch.add_argument("slug", help="an article, or `interface`")
    touch.add_argument(
        "--minor",
        action="store_true",
        required=True,
        help="say that it is only a typo: translations that were current stay so",
    )
    sign = commands.add_parser(
        "sign-off", help="record in reviews.toml that a reader found translations right"
    )
    sign.add_argument("lang")
    sign.add_argument("slug", nargs="+", help="articles, or `interface` for all interface texts")
    sign.add_argument("--by", required=True, help="who read them beside the Dutch")


def run(args: argparse.Namespace) -> int:
    """Run the chosen command; the exit code."""
    from portal.catalogues.sources import SourceError

    try:
        return _run(args)
    except (ValueError, OSError, SourceError) as error:
        print(f"portal content: {error}", file=sys.stderr)
        return 2


def _run(args: argparse.Namespace) -> int:
    from portal.catalogues import update
    from portal.content.marks import mark_current, sign_off, touch_minor
    from portal.content.status import status

    match args.content_command:
        case "status":
            print(*status(), sep="\n")
        case "check":
            return _check()
        case "update":
            update()
        case "hash":
            _changed(mark_current(args.slug, args.lang))
        case "touch":
            _changed(touch_minor(args.slug))
        case "sign-off":
            _changed(sign_off(args.lang, args.slug, args.by))
    return 0


def _check() -> int:
    from portal.content.checks import check

    findings = check()
    for problem in findings.problems:
        print(problem)
    for warning in findings.warnings:
        print(f"{warning} (warning)")
    counts = f"{len(findings.problems)} problems, {len(findings.warnings)} warnings"
    print(counts, file=sys.stderr)
    return 1 if findings.problems else 0


def _changed(paths: list[Path]) -> None:
    for path in paths:
        print(path.relative_to(ROOT).as_posix())
