"""The first tables

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    "audit",
    "logout_token",
    "organisation",
    "team",
    "throttle",
    "staff_member",
    "dossier",
    "staff_session",
    "team_member",
    "absence",
    "cases",
    "case_event",
    "case_message",
    "pending_change",
    "case_file",
    "visit",
    "receipt",
    "draft_file",
    "kept_draft",
    "kiosk",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "logout_token",
        sa.Column("jti", sa.String(length=64), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_logout_token")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.CheckConstraint("kind IN ('iom', 'ngo')", name=op.f("ck_organisation_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("trained", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_throttle_until"), ["until"], unique=False)

    op.create_table(
        "staff_member",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_staff_member_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_member_email")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_staff_member_issuer_subject")),
    )
    op.create_table(
        "dossier",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("v_index", sa.String(length=64), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("location", sa.String(length=100), nullable=False),
        sa.Column("procedure", sa.String(length=10), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("team_id", sa.String(length=40), nullable=False),
        sa.Column("supervisor_id", sa.String(length=32), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["staff_member.id"], name=op.f("fk_dossier_supervisor_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_dossier_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("v_index", name=op.f("uq_dossier_v_index")),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=32), nullable=False),
        sa.Column("sid", sa.String(length=255), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["staff_member.id"],
            name=op.f("fk_staff_session_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_session_sid"), ["sid"], unique=False)

    op.create_table(
        "team_member",
        sa.Column("member_id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_team_member_member_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_team_member")),
    )
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_member_team_id"), ["team_id"], unique=False)

    op.create_table(
        "absence",
        sa.Column("member_id", sa.String(length=32), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absence_days")),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["staff_member.id"], name=op.f("fk_absence_deputy_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_absence_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "first_day", name=op.f("pk_absence")),
    )

    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("urgent", sa.String(length=20), nullable=False),
        sa.Column("embassy_hold", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.String(length=40), nullable=True),
        sa.Column("supervisor_id", sa.String(length=32), nullable=True),
        sa.Column("v_index", sa.String(length=64), nullable=True),
        sa.Column("dossier_id", sa.String(length=32), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("mandate_hold", sa.Boolean(), nullable=False),
        sa.Column("linked_to", sa.String(length=32), nullable=True),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("code_lookup", sa.LargeBinary(), nullable=False),
        sa.Column("desk_key", sa.LargeBinary(), nullable=False),
        sa.Column("code_key", sa.LargeBinary(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_cases_dossier_id")),
        sa.ForeignKeyConstraint(["linked_to"], ["cases.id"], name=op.f("fk_cases_linked_to")),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["staff_member.id"], name=op.f("fk_cases_supervisor_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_cases_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("code_lookup", name=op.f("uq_cases_code_lookup")),
        sa.UniqueConstraint("reference", name=op.f("uq_cases_reference")),
        sa.UniqueConstraint("submission", name=op.f("uq_cases_submission")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cases_mine",
            ["supervisor_id", "due", "id"],
            unique=False,
            postgresql_where=sa.text("open"),
            sqlite_where=sa.text("open = 1"),
        )
        batch_op.create_index(
            "ix_cases_team",
            ["team_id", "due", "id"],
            unique=False,
            postgresql_where=sa.text("open"),
            sqlite_where=sa.text("open = 1"),
        )
        batch_op.create_index(
            "ix_cases_unrouted",
            ["created"],
            unique=False,
            postgresql_where=sa.text("state = 'sent'"),
            sqlite_where=sa.text("state = 'sent'"),
        )
        batch_op.create_index(batch_op.f("ix_cases_v_index"), ["v_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_event_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_event_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outgoing", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_message_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_message")),
        sa.UniqueConstraint("case_id", "nonce", name=op.f("uq_case_message_case_id_nonce")),
    )
    with op.batch_alter_table("case_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_message_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_file",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("for_embassy", sa.Boolean(), nullable=False),
        sa.Column("ruling", sa.Date(), nullable=True),
        sa.Column("released_by", sa.String(length=32), nullable=True),
        sa.Column("file_key", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_file_case_id")),
        sa.ForeignKeyConstraint(
            ["released_by"], ["staff_member.id"], name=op.f("fk_case_file_released_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("case_id", "digest", name=op.f("uq_case_file_case_id_digest")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_file_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pending_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("desk_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("kind IN ('contact', 'withdraw')", name=op.f("ck_pending_change_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'undone', 'dropped')",
            name=op.f("ck_pending_change_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_pending_change_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_change")),
        sa.UniqueConstraint("case_id", "nonce", name=op.f("uq_pending_change_case_id_nonce")),
    )
    with op.batch_alter_table("pending_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pending_change_waiting",
            ["case_id", "kind"],
            unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_pending_change_due",
            ["due"],
            unique=False,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "visit",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafts", sa.LargeBinary(), nullable=True),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("case_key", sa.LargeBinary(), nullable=True),
        sa.Column("case_opened", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_seen", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_visit_case_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_expires"), ["expires"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_hash"],
            ["visit.token_hash"],
            name=op.f("fk_receipt_token_hash"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("submission", name=op.f("pk_receipt")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_token_hash"), ["token_hash"], unique=False)

    op.create_table(
        "draft_file",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_hash"],
            ["visit.token_hash"],
            name=op.f("fk_draft_file_token_hash"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_file")),
    )
    with op.batch_alter_table("draft_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_file_token_hash"), ["token_hash"], unique=False)

    op.create_table(
        "kept_draft",
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_kept_draft")),
    )
    with op.batch_alter_table("kept_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_draft_expires"), ["expires"], unique=False)

    op.create_table(
        "kiosk",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
    )
    with op.batch_alter_table("kiosk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kiosk_name"), ["name"], unique=False)

    forbid("audit", "UPDATE OR DELETE")
    forbid("case_event", "UPDATE")


def forbid(table: str, deeds: str) -> None:
    """A log is only ever added to: the database itself refuses the rest."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in deeds.split(" OR "):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {deeds} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table in ("audit", "case_event"):
            op.execute(f"DROP FUNCTION {table}_append_only")
