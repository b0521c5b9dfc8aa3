"""How a test says that a guard says no."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """A guard says no: which, on what, at which transition, with which words."""

    guard: str
    make: Any
    transition: str
    words: str
    given: dict = field(default_factory=dict)
    on_button: bool = False
