"""The staff door of the portal on a real socket: what the sign-in tests knock at."""

import re
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

import httpx2
import sqlalchemy as sa
import uvicorn
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount

from portal.app import create_app
from portal.audit import AuditRow, verify
from portal.db import Database
from portal.demo.people import Person
from portal.demo.provider import DemoProvider
from portal.settings import Settings
from portal.staff.guards import member_of, staff_page, staff_route
from portal.staff.models import StaffMember, StaffSession
from portal.vault import Keys, new_keys

CLIENT_ID = "portal"
CLIENT_SECRET = "a-secret-of-the-tests-alone"

PEOPLE = tuple(
    Person(sub, name, f"{sub}@portal.test", roles, organisation, locale, group)
    for sub, name, roles, organisation, locale, group in (
        ("supervisor-1", "Supervisor Assen 1", ("supervisor",), "", "nl", "Assen"),
        ("supervisor-2", "Supervisor Assen 2", ("supervisor",), "", "en", "Assen"),
        ("coordinator-1", "Coordinator Assen", ("coordinator",), "", "nl", "Assen"),
        ("partner-1", "Adviser 1", ("partner",), "Helping Hand", "nl", "NGO"),
        ("nobody-1", "Colleague without a role", (), "", "nl", "Assen"),
    )
)


async def here(request: Request) -> Response:
    return staff_page(request, member_of(request), "staff/home.html", place="queue")


async def deed(request: Request) -> Response:
    form = await request.form()
    return PlainTextResponse(f"done: {form.get('word')}")


STUBS: list[BaseRoute] = [
    staff_route("/desk/here/{id}", here),
    staff_route("/desk/deed", deed, methods=["POST"]),
]


@dataclass
class StaffHouse:
    """A running house. `db` is its database, to look at and to set clocks in."""

    base_url: str
    db: Database
    keys: Keys
    settings: Settings

    def count(self, model: type) -> int:
        def counted(session: Session) -> int:
            return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0

        return self.db.read_now(counted)

    def change(self, statement: Any) -> None:
        self.db.write_now(lambda session: session.execute(statement) and None)

    def member(self, email: str) -> dict[str, Any]:
        def found(session: Session) -> dict[str, Any]:
            row = session.scalars(sa.select(StaffMember).where(StaffMember.email == email)).one()
            return {c.key: getattr(row, c.key) for c in StaffMember.__table__.columns}

        return self.db.read_now(found)

    def age_sessions(self, **columns: Any) -> None:
        self.change(sa.update(StaffSession).values(**columns))


@contextmanager
def staff_house(
    database_url: str, folder: Path, port: int, provider: DemoProvider | None = None, **oidc: Any
) -> Generator[StaffHouse]:
    """Open the house at 127.0.0.1:`port`; `provider` is mounted at /demo-idp when given."""
    base_url = f"http://127.0.0.1:{port}"
    settings = Settings(
        data_dir=folder,
        database_url=database_url,
        public_url=base_url,
        keys_file=folder / "keys.toml",
        door="staff",
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
    )
    settings = replace(settings, **{f"oidc_{name}": value for name, value in oidc.items()})
    keys, db = new_keys(), Database(database_url)
    mounts: list[BaseRoute] = [Mount("/demo-idp", routes=provider.routes())] if provider else []
    app = create_app(settings, keys, more=[*STUBS, *mounts])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield StaffHouse(base_url, db, keys, settings)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        db.close()


def demo_idp(port: int, people: Sequence[Person] = PEOPLE) -> DemoProvider:
    """The demo's provider for a house at `port`."""
    base_url = f"http://127.0.0.1:{port}"
    callback = frozenset({f"{base_url}/staff/callback"})
    by_sub = {person.sub: person for person in people}
    return DemoProvider(f"{base_url}/demo-idp", CLIENT_ID, CLIENT_SECRET, callback, by_sub)


@dataclass
class Desk:
    """A staff member's browser, without a browser. Cookies are its own."""

    house: StaffHouse
    client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx2.Client(base_url=self.house.base_url, timeout=20)

    def start(self, following: str = "") -> str:
        """Press "sign in": the address at the provider."""
        answer = self.client.get("/staff/sign-in", params={"next": following} if following else {})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def choose(self, authorization_url: str, sub: str) -> str:
        """Press a button of the demo's provider: the address to go back to."""
        page = self.client.get(authorization_url)
        assert page.status_code == 200, page.text
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        data = {name: unescape(value) for name, value in hidden} | {"person": sub}
        answer = self.client.post("/demo-idp/authorize", data=data)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def sign_in(self, sub: str, following: str = "") -> httpx2.Response:
        """The whole way with the demo's provider; the answer of the callback."""
        return self.client.get(self.choose(self.start(following), sub))

    def token(self) -> str:
        return self.client.cookies.get("staff") or ""

    def form_token(self) -> str:
        page = self.client.get("/staff/").text
        return unescape(re.search(r'name="csrf" value="([^"]+)"', page)[1])  # ty: ignore[not-subscriptable]

    def is_in(self) -> bool:
        return self.client.get("/staff/").status_code == 200

    def sign_out(self) -> str:
        """Where the sign-out leads."""
        answer = self.client.post("/staff/sign-out", data={"csrf": self.form_token()})
        assert answer.status_code == 303, answer.text
        return urljoin(self.house.base_url, answer.headers["location"])


def actions(house: StaffHouse) -> list[str]:
    """What the audit log has, oldest first; its chain must be whole."""
    keys = house.keys.require_desk()
    assert house.db.read_now(lambda session: verify(session, keys)) is None
    rows = sa.select(AuditRow.action).order_by(AuditRow.seq)
    return house.db.read_now(lambda session: list(session.scalars(rows)))


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def changed_query(address: str, **changed: str) -> str:
    return urlunsplit(urlsplit(address)._replace(query=urlencode(query_of(address) | changed)))


def bye_of(house: StaffHouse) -> str:
    return f"{house.base_url}/staff/bye"
