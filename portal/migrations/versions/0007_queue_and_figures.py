"""Lists of the queue that an index answers, saved filters, and published figures

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

OPEN, OPEN_IN_SQLITE = "open AND supervisor_id IS NULL", "open = 1 AND supervisor_id IS NULL"
WAITING, CLOSED = "state = 'info_needed'", "closed IS NOT NULL"
INDEXES = (
    ("ix_cases_unowned", ("team_id", "due", "id"), OPEN, OPEN_IN_SQLITE),
    ("ix_cases_waiting_mine", ("supervisor_id", "due", "id"), WAITING, WAITING),
    ("ix_cases_waiting_team", ("team_id", "due", "id"), WAITING, WAITING),
    ("ix_cases_closed_mine", ("supervisor_id", "closed", "id"), CLOSED, CLOSED),
    ("ix_cases_closed_team", ("team_id", "closed", "id"), CLOSED, CLOSED),
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("closed", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE cases SET closed = (SELECT max(at) FROM case_event "
        "WHERE case_event.case_id = cases.id) WHERE NOT open"
    )
    for name, columns, where, in_sqlite in INDEXES:
        op.create_index(
            name,
            "cases",
            list(columns),
            postgresql_where=sa.text(where),
            sqlite_where=sa.text(in_sqlite),
        )
    op.create_index("ix_cases_team_created", "cases", ["team_id", "created"])
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=32), nullable=False),
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["staff_member.id"],
            name=op.f("fk_saved_filter_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("member_id", "query", name=op.f("uq_saved_filter_member_id_query")),
    )
    op.create_table(
        "published_figures",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_published_figures")),
    )


def downgrade() -> None:
    op.drop_table("published_figures")
    op.drop_table("saved_filter")
    op.drop_index("ix_cases_team_created", "cases")
    for name, *_ in INDEXES:
        op.drop_index(name, "cases")
    op.drop_column("cases", "closed")
