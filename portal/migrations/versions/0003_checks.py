"""What the group of trained people was asked to look at

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "trained_group_asked", sa.Boolean(), server_default=sa.false(), nullable=False
            )
        )
        batch_op.create_index(
            "ix_cases_group_asked",
            ["due", "id"],
            unique=False,
            postgresql_where=sa.text("trained_group_asked"),
            sqlite_where=sa.text("trained_group_asked = 1"),
        )


def downgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_group_asked")
        batch_op.drop_column("trained_group_asked")
