"""Which kinds of work there are. Apps hand theirs in, in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cppcc.jobs.models import Job

Progress = Callable[..., None]
Function = Callable[[Job, Progress], dict[str, Any] | None]


@dataclass(frozen=True)
class Kind:
    """A kind of work: its function, what it is called on screen, whether it runs in one transaction."""

    name: str
    function: Function
    label: str
    atomic: bool = True


KINDS: dict[str, Kind] = {}


def register(kind: str, function: Function, *, label: str, atomic: bool = True) -> None:
    """Make a kind of work known.

    function(job, progress) does the work and returns a small dict for `job.result` ("then" in it replaces the page
    with the result). progress(done, total, message) tells how far it is. `atomic`: the work and the mark that it is
    done are one transaction, so it happens exactly once; with False the function commits on its own and must stand
    being run again after a crash. The function never writes the job's row, and calls progress at least every ten
    minutes, or another worker takes the work for abandoned.
    """
    KINDS[kind] = Kind(kind, function, label, atomic)


def label_of(kind: str) -> str:
    """What a kind is called on screen."""
    return KINDS[kind].label if kind in KINDS else "后台任务"
