"""Many rows at once: PostgreSQL's COPY, and histories written by the database from the rows themselves.

For imports of thousands of rows, whose importer has checked every value: `save()`, and what it does besides, is not
called, and fields that are left out must have a value of the database.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils import timezone
from psycopg import sql


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """That many primary keys, taken from the sequence of the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')::regclass::oid", [model._meta.db_table])
        [sequence] = cursor.fetchone()
        cursor.execute("SELECT array_agg(nextval(%s::oid::regclass)) FROM generate_series(1, %s)", [sequence, count])
        return cursor.fetchone()[0] or []


def copy_in(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows through COPY: `fields` are names of the model's fields, a row has their values in that order.

    Constraints hold as ever; a foreign key takes the number of its row.
    """
    columns = sql.SQL(", ").join(_column(model, name) for name in fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _column(model: type[models.Model], name: str) -> sql.Identifier:
    return sql.Identifier(str(model._meta.get_field(name).column))


def note_history(
    model: Any, pks: Sequence[int], kind: str, *, by: Any = None, reason: str = "", at: datetime | None = None
) -> None:
    """Write the history of rows as they stand: `kind` is + (new), ~ (changed) or - (just before they are deleted)."""
    kept = model.history.model
    own = sql.SQL(", ").join(sql.Identifier(field.column) for field in kept.tracked_fields)
    statement = sql.SQL(
        "INSERT INTO {kept} ({own}, history_date, history_change_reason, history_type, history_user_id) "
        "SELECT {own}, %s, %s, %s, %s FROM {table} WHERE id = ANY(%s)"
    ).format(kept=sql.Identifier(kept._meta.db_table), own=own, table=sql.Identifier(model._meta.db_table))
    with connection.cursor() as cursor:
        cursor.execute(statement, [at or timezone.now(), reason[:100] or None, kind, by and by.pk, list(pks)])


def delete_noted(rows: models.QuerySet, *, by: Any = None, reason: str = "") -> None:
    """Delete rows set-based, each with one row of history. Nothing may hang on them: the database refuses it then."""
    pks = list(rows.values_list("pk", flat=True))
    if pks:
        note_history(rows.model, pks, "-", by=by, reason=reason)
        doomed = rows.model._default_manager.filter(pk__in=pks)
        doomed._raw_delete(doomed.db)  # delete() would write a second history


def update_noted(rows: models.QuerySet, *, by: Any = None, reason: str = "", **values: Any) -> int:
    """Change rows set-based to the same values, with their history; how many there were."""
    pks = list(rows.values_list("pk", flat=True))
    if pks:
        rows.model._default_manager.filter(pk__in=pks).update(**values)
        note_history(rows.model, pks, "~", by=by, reason=reason)
    return len(pks)
