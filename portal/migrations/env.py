"""Alembic's entry: the tables of all rooms, and the database that `portal.db.migrate` names."""

import sqlalchemy as sa
from alembic import context

from portal.audit import AuditRow
from portal.caseload.models import Dossier
from portal.cases.models import Case
from portal.cases.talks.models import Talk
from portal.db import Base
from portal.intake.models import Visit
from portal.staff.models import StaffMember
from portal.throttle import Spent

ALL_ROOMS = (AuditRow, Dossier, Case, Talk, Visit, StaffMember, Spent)

engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=engine.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
