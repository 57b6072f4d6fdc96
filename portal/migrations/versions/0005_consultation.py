"""Local consultation: meetings, the cases on their agendas, what was agreed

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "consultation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("closed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("desk_key", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_consultation_team_id")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff_member.id"], name=op.f("fk_consultation_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_member.id"], name=op.f("fk_consultation_closed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("nonce", name=op.f("uq_consultation_nonce")),
    )
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultation_team_id"), ["team_id"], unique=False)

    op.create_table(
        "consultation_item",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("consultation_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("settled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_off", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_item_consultation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_consultation_item_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_item")),
        sa.UniqueConstraint(
            "consultation_id", "case_id", name=op.f("uq_consultation_item_consultation_id_case_id")
        ),
    )
    with op.batch_alter_table("consultation_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultation_item_case_id"), ["case_id"], unique=False)

    op.create_table(
        "consultation_action",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["consultation_item.id"], name=op.f("fk_consultation_action_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff_member.id"], name=op.f("fk_consultation_action_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["staff_member.id"], name=op.f("fk_consultation_action_done_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_action")),
    )
    with op.batch_alter_table("consultation_action", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consultation_action_item_id"), ["item_id"], unique=False
        )


def downgrade() -> None:
    for table in ("consultation_action", "consultation_item", "consultation"):
        op.drop_table(table)
