"""`python -m tests.bench smoke`: the portal's figures on this machine, as a table."""

import argparse

from tests.bench import caseload, smoke


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("smoke", help="bytes, server times, sends, start and memory; about 40 s")
    commands.add_parser("caseload", help="import and export of 20,000 dossiers; about 30 s")
    {"smoke": smoke.run, "caseload": caseload.run}[parser.parse_args().command]()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
