"""Talks

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "talk",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=5), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_id", sa.String(length=32), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("number IN (1, 2, 3)", name=op.f("ck_talk_number")),
        sa.CheckConstraint(
            "state IN ('proposed', 'confirmed', 'other_asked', 'cancelled', 'held')",
            name=op.f("ck_talk_state"),
        ),
        sa.CheckConstraint("way IN ('place', 'phone', 'video')", name=op.f("ck_talk_way")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_talk_case_id")),
        sa.ForeignKeyConstraint(["member_id"], ["staff_member.id"], name=op.f("fk_talk_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
    )
    with op.batch_alter_table("talk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talk_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_talk_open",
            ["case_id"],
            unique=True,
            postgresql_where=sa.text("open"),
            sqlite_where=sa.text("open = 1"),
        )


def downgrade() -> None:
    op.drop_table("talk")
