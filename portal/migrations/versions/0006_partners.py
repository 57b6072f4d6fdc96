"""Consent per organisation and purpose, and referrals

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

WAYS = ("with_helper", "code", "talk", "answers")
STATES = (
    "asked", "refused", "open", "accepted", "in_contact", "no_contact", "helped", "declined",
    "ended", "stopped",
)  # fmt: skip
NOT_ENDED = sa.text("ended IS NULL")
STANDS = sa.text("state IN ('asked', 'open', 'accepted', 'in_contact', 'no_contact', 'helped')")


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("see", sa.Boolean(), nullable=False),
        sa.Column("write", sa.Boolean(), nullable=False),
        sa.Column("receive", sa.Boolean(), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("given", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=32), nullable=True),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(sa.column("how").in_(WAYS), name=op.f("ck_consent_how")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_consent_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_consent_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff_member.id"], name=op.f("fk_consent_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_case_id"), "consent", ["case_id"])
    for name, columns, unique in (
        ("ix_consent_standing", ["case_id", "organisation_id"], True),
        ("ix_consent_organisation_id", ["organisation_id"], False),
    ):
        op.create_index(
            op.f(name), "consent", columns, unique=unique,
            postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED,
        )  # fmt: skip
    op.create_table(
        "referral",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("consent_id", sa.String(length=32), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(sa.column("state").in_(STATES), name=op.f("ck_referral_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_referral_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_referral_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_referral_consent_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["staff_member.id"], name=op.f("fk_referral_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("case_id", "nonce", name=op.f("uq_referral_case_id_nonce")),
    )
    op.create_index(op.f("ix_referral_case_id"), "referral", ["case_id"])
    op.create_index(op.f("ix_referral_organisation_id"), "referral", ["organisation_id"])
    op.create_index(
        op.f("ix_referral_standing"), "referral", ["case_id", "organisation_id"], unique=True,
        postgresql_where=STANDS, sqlite_where=STANDS,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("referral")
    op.drop_table("consent")
