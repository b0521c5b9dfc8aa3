"""What an import would do, or did: counts, errors by row and column, names that nobody knows."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

CREATED, UPDATED, UNCHANGED, ERROR = "created", "updated", "unchanged", "error"
STATE_LABELS = {CREATED: "新增", UPDATED: "更新", UNCHANGED: "无变化", ERROR: "有问题"}
STATE_TONES = {CREATED: "green", UPDATED: "blue", UNCHANGED: "gray", ERROR: "red"}
PREVIEW_ROWS = 200
KEPT_ERRORS = 5000  # of a table that is wrong all over, enough are kept to mend it
KEPT_UNKNOWN = 500  # cells with a name that nobody knows: each name is listed once more, with all its rows


@dataclass
class ImportRow:
    """A row on its way in: number on the sheet, cells by column key, the record of parsed values, its state.

    A column that the sheet does not have, or whose cell could not be read, is not in `record`.
    """

    number: int
    cells: dict[str, str]
    record: dict[str, Any] = field(default_factory=dict)
    state: str = CREATED
    changes: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the row has an error."""
        return self.state == ERROR


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell: sheet row, label of the column, the value found, a sentence, what is allowed."""

    row: int
    column: str
    value: str
    reason: str
    allowed: str = ""
    by_unknown: bool = False

    def as_json(self) -> dict[str, Any]:
        """The error for storage."""
        found = {"row": self.row, "column": self.column, "value": self.value, "reason": self.reason}
        extras = {"allowed": self.allowed, "by_unknown": self.by_unknown}
        return found | {key: value for key, value in extras.items() if value}


@dataclass
class Unknown:
    """A name that nobody knows yet: its kind (unit, person), the rows it stands in, the nearest known name."""

    kind: str
    value: str
    rows: list[int] = field(default_factory=list)
    guess: str = ""

    def as_json(self) -> dict[str, Any]:
        """The name for storage."""
        return {"kind": self.kind, "value": self.value, "rows": self.rows, "guess": self.guess}


@dataclass
class Report:
    """The outcome of a check or of an import; `applied` tells whether anything was saved.

    ignored: labels of columns that the sheet has but the import does not know.
    """

    rows: list[ImportRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    applied: bool = False

    def count(self, state: str) -> int:
        """How many rows are in `state`."""
        return Counter(row.state for row in self.rows)[state]

    @property
    def created(self) -> int:
        """How many rows are (to be) created."""
        return self.count(CREATED)

    @property
    def updated(self) -> int:
        """How many rows are (to be) updated."""
        return self.count(UPDATED)

    @property
    def unchanged(self) -> int:
        """How many rows change nothing."""
        return self.count(UNCHANGED)

    def for_keeping(self) -> dict[str, Any]:
        """`as_json` with no more errors than anybody reads; names that nobody knows come last."""
        wrong = [error for error in self.errors if not error.by_unknown][:KEPT_ERRORS]
        unknown = [error for error in self.errors if error.by_unknown][:KEPT_UNKNOWN]
        return self.as_json() | {"errors": [error.as_json() for error in wrong + unknown]}

    def as_json(self) -> dict[str, Any]:
        """The counts and the errors; besides, names unknown and the first rows for the preview."""
        return {
            "rows": len(self.rows),
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "errors": [error.as_json() for error in self.errors],
            "error_count": len(self.errors),
            "ignored": self.ignored,
            "blocked": any(not error.by_unknown for error in self.errors),
            "unknown": [unknown.as_json() for unknown in self.unknown],
            "shown": [
                {"row": row.number, "state": row.state, "changes": row.changes, "cells": row.cells}
                for row in self.rows[:PREVIEW_ROWS]
            ],
        }
