"""Creating all models of an app in one step of its first migration.

Each operation that follows a rendered state renders every model that is related to its own anew, and through users and
units nearly all are: forty models created one by one cost forty times what they cost together.
"""

from typing import Any

from django.db.migrations.operations.base import Operation


class Together(Operation):
    """Several operations of which none changes what another one made: the state of all is rendered once."""

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """As it is written in a migration."""
        return type(self).__qualname__, [self.operations], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """All of them, on a state that is rendered when the database asks for it."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """All of them, in their order; foreign keys come at the end, as ever."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """All of them, from the last to the first."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """For the log of `migrate`."""
        return f"{len(self.operations)} operations together"
