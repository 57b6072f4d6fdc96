"""The migrations make what the models say, and the database itself guards what is append-only."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import portal.app  # noqa: F401 - so that the tables of every room are known
from portal import ROOT
from portal.db import Base, migrate


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(empty_database_url, poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def url_of(engine: sa.Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def test_models_and_migrations_agree(empty: sa.Engine) -> None:
    migrate(url_of(empty))
    with empty.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []
    assert tables(empty) == set(Base.metadata.tables)


def test_a_difference_would_be_seen(empty: sa.Engine) -> None:
    migrate(url_of(empty))
    other = sa.MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(other)
    other.tables["visit"].append_column(sa.Column("name", sa.String(10)))
    with empty.connect() as connection:
        found: list[Any] = compare_metadata(MigrationContext.configure(connection), other)
    assert [each[0] for each in found] == ["add_column"]


def test_migrating_again_changes_nothing(empty: sa.Engine) -> None:
    migrate(url_of(empty))
    with empty.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO team (id, name, kind, places, trained) "
                "VALUES ('a', 'A', 'ilc', '[]', false)"
            )
        )
    migrate(url_of(empty))
    with empty.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM team")) == 1


def test_there_is_one_line_of_migrations_and_it_goes_back(empty: sa.Engine) -> None:
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url_of(empty)
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    assert tables(empty) == set()
    command.upgrade(config, "head")
    assert tables(empty) == set(Base.metadata.tables)


FILLED = {
    "audit": "INSERT INTO audit (seq, at, actor, action, object_id, reason, prev, mac) "
    "VALUES (1, '2026-11-21', 'a', 'b', '', '', '', '')",
    "cases": "INSERT INTO cases (id, reference, kind, state, open, language, urgent, embassy_hold, "
    "restricted, alarm, mandate_hold, created, due, submission, code_lookup, desk_key, code_key, "
    "answers) VALUES ('c', 'r', 'q', 'sent', true, 'nl', 'none', false, false, false, false, "
    "'2026-11-21', '2026-11-21', 's', 'x', 'x', 'x', 'x')",
    "case_event": "INSERT INTO case_event (id, case_id, at, name, state, actor, detail) "
    "VALUES (1, 'c', '2026-11-21', 'sent', 'sent', 'applicant', '{}')",
}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'other'",
        "UPDATE audit SET seq = seq + 1",
        "DELETE FROM audit",
        "UPDATE case_event SET state = 'done'",
        "UPDATE case_event SET sealed = NULL",
    ],
)
def test_logs_are_append_only(database_url: str, statement: str) -> None:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for insert in FILLED.values():
            connection.execute(sa.text(insert))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def test_every_constraint_has_a_name() -> None:
    for table in Base.metadata.tables.values():
        assert [each for each in table.constraints if not each.name] == []
