"""`portal team …`: of which kind a team is, which places it serves, whether it is trained.

What a command needs is imported when it runs: `portal demo` asks this module for its parser too.
"""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from portal.settings import Settings

if TYPE_CHECKING:
    from portal.cases.teams import Wish

KIND = "region, family (GL), vbl, detention, dublin, minors (amv), trafficking or ilc (intake desk)"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `team` with its own commands to the parser of `portal`."""
    text = "what the caseload file doesn't say of teams: kind, places, training, who joins"
    parser = subparsers.add_parser("team", help=text, description=text)
    deeds = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    deeds.add_parser("list", help="every team, and how many people work there")
    for name, help_text in (("add", "make a team"), ("set", "change a team")):
        deed = deeds.add_parser(name, help=help_text, description=help_text)
        deed.add_argument("team", metavar="NAME")
        deed.add_argument("--kind", help=KIND)
        deed.add_argument("--places", help='whom it serves, joined by ";"; "" = no place')
        deed.add_argument(
            "--trained",
            choices=("yes", "no"),
            help="may have the cases of minors alone and of people whom somebody threatens",
        )
    join = deeds.add_parser("join", help="a supervisor or coordinator works there from now on")
    join.add_argument("team", metavar="NAME")
    join.add_argument("email")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the chosen command; the exit code."""
    from portal.cases import teams
    from portal.db import Database
    from portal.vault import load_keys

    settings = Settings.from_environment(os.environ)
    keys = load_keys(settings.keys_file).require_desk()
    db = Database(settings.database_url)
    try:
        match args.action:
            case "add":
                db.write_now(teams.add_team, keys, args.team, _wish(args))
            case "set":
                db.write_now(teams.set_team, keys, args.team, _wish(args))
            case "join":
                db.write_now(teams.join_team, keys, args.team, args.email)
            case _:
                for team, members in db.read_now(teams.teams_with_members):
                    trained = ", trained" if team.trained else ""
                    places = ", ".join(team.places) or "none"
                    print(f"{team.name}: {team.kind}{trained}; places {places}; {members} members")
    except teams.TeamError as error:
        print(f"portal: {error}", file=sys.stderr)
        return 2
    finally:
        db.close()
    return 0


def _wish(args: argparse.Namespace) -> "Wish":
    from portal.cases.teams import Wish

    places = None
    if args.places is not None:
        places = tuple(each.strip() for each in args.places.split(";") if each.strip())
    trained = None if args.trained is None else args.trained == "yes"
    return Wish(args.kind, places, trained)
