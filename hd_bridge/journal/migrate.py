"""The journal's tables are brought up to date when it is opened. Touches the disk.

Alembic is loaded when there is something for it to do: a start that finds the tables as they should be, which is every
start but one, does not wait for it.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from hd_bridge.errors import JournalAway, JournalError
from hd_bridge.journal.dialect import translated

KEPT_IN = "alembic_version"
FOLDER = Path(__file__).parent / "migrations"
HEAD = "0011"


def migrate(engine: sa.Engine) -> None:
    """Every revision that the database lacks, in one transaction; JournalError if it is newer than this code."""
    with engine.execution_options(only_reads=True).begin() as db:
        if _revision(db) == HEAD:
            return
    # Read again under the writer's lock: of two programs that start at once one migrates.
    with engine.begin() as db:
        revision = _revision(db)
        if revision == HEAD:
            return
        _upgrade(db, revision)


def _upgrade(db: sa.Connection, revision: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    if revision is not None and revision not in known:
        raise JournalError(
            f"it was written by a newer hd-bridge (revision {revision}, this one knows {HEAD}); "
            "install that version again (pip install), or restore a copy that was made before the update and run "
            "hd-bridge after-loss"
        )
    settings.attributes["connection"] = db
    try:
        with translated():
            command.upgrade(settings, "head")
    except JournalAway:
        raise
    except JournalError as error:
        raise JournalError(
            f"it could not be brought from revision {revision or 'none'} to {HEAD}, and is as it was: {error.why}; see "
            "that it has room and that its tables are its own, or restore a copy and run hd-bridge after-loss"
        ) from error


def _revision(db: sa.Connection) -> str | None:
    """The revision as Alembic keeps it; ``None`` for a new database."""
    if not sa.inspect(db).has_table(KEPT_IN):
        return None
    return db.execute(sa.select(sa.column("version_num")).select_from(sa.table(KEPT_IN))).scalar()
