"""One round of the storm, in a process of its own: `storm.py` sets the environment and starts it."""

import argparse
import json
import logging
import os
import random
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

import django
from django.core.management import call_command
from django.utils import timezone

django.setup()  # before anything with models is imported

from tests.faults.checking import deadlines, due_of, notices_there, phones_there, settled, unfinished  # noqa: E402
from tests.faults.judging import reasons  # noqa: E402
from tests.faults.processes import House  # noqa: E402
from tests.faults.seeding import new_day, seed  # noqa: E402
from tests.faults.visitors import Visitor  # noqa: E402
from tests.smtp_sink import CUT, Sink, free_port  # noqa: E402

STOP = 14.0  # seconds a worker is stopped: longer than its lease
NEAR = 1.0  # seconds before a worker's fault within which a mail may have been under way
REFUSED_SHARE = 0.01


@dataclass(frozen=True)
class Size:
    """How big a round is."""

    reminders: int
    moves: int
    seconds: float
    faults: dict[str, int]
    cuts: int
    settle: float


SHORT = Size(
    2_000, 40, 32.0,
    {"worker": 4, "child": 3, "beat": 3, "web": 2, "redis": 2, "wipe": 3, "restart": 2, "postgres": 2, "stop": 1},
    5, 90.0,
)  # fmt: skip
FULL = Size(
    10_000, 600, 300.0,
    {"worker": 12, "child": 8, "beat": 8, "web": 8, "redis": 6, "wipe": 8, "restart": 6, "postgres": 4, "stop": 4},
    20, 240.0,
)  # fmt: skip


@dataclass
class Result:
    """The figures of a round. `lost`, `made_up`, `twice` and `other_id` must be 0."""

    seed: int
    reminders: int = 0
    through_the_web: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    cut: int = 0
    refused_for_now: int = 0
    mails_due: int = 0
    mails_taken: int = 0
    notices_due: int = 0
    notices: int = 0
    calls_due: int = 0
    calls: int = 0
    lost: int = 0
    made_up: int = 0
    twice: int = 0
    other_id: int = 0
    again_after_a_cut: int = 0
    again_after_a_crash: int = 0
    unfinished: int = 0
    web_answers: dict[str, int] = field(default_factory=dict)
    slowest_answer: float = 0.0
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether the promise was kept."""
        wrong = (self.lost, self.made_up, self.twice, self.other_id, self.unfinished)
        return not any(wrong) and self.notices == self.notices_due and self.calls == self.calls_due


class Storm:
    """One round."""

    def __init__(self, size: Size, seed: int, house: House, sink: Sink) -> None:
        self.size, self.house, self.sink = size, house, sink
        self.random = random.Random(seed)
        self.result = Result(seed, size.reminders)
        self.crashes: list[tuple[float, float]] = []  # monotonic: a worker's fault from, to
        self.armed = 0
        self.others: list[threading.Thread] = []
        sink.at_data = self.answer

    def answer(self, message_id: str) -> str:
        """What the mail server says to a mail."""
        if self.armed:
            self.armed -= 1
            self.result.cut += 1
            return CUT
        if self.random.random() < REFUSED_SHARE:
            self.result.refused_for_now += 1
            return "450 try again later"
        return ""

    # Faults -----------------------------------------------------------------------------------------------------

    def blow(self, begin: float) -> None:
        """All faults, in any order, spread over the round; what was killed starts again."""
        kinds = [kind for kind, count in self.size.faults.items() for _ in range(count)]
        kinds += ["cut"] * self.size.cuts
        self.random.shuffle(kinds)
        for n, kind in enumerate(kinds):
            at = begin + self.size.seconds * (n + self.random.random()) / len(kinds)
            time.sleep(max(at - time.monotonic(), 0))
            getattr(self, f"fault_{kind}")()
            if kind != "cut":
                self.result.faults[kind] = self.result.faults.get(kind, 0) + 1
        for thread in self.others:
            thread.join()

    def fault_cut(self) -> None:
        """The next mail is taken, and the line breaks before the 250."""
        self.armed += 1

    def fault_worker(self) -> None:
        """kill -9 of a worker with its children."""
        self._kill(self._a_worker())

    def fault_child(self) -> None:
        """kill -9 of a worker's child, which does the work."""
        program = self.house.programs[self._a_worker()]
        for pid in program.children():
            self._crashed(time.monotonic())
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def fault_beat(self) -> None:
        """kill -9 of beat."""
        self._kill("beat")

    def fault_web(self) -> None:
        """kill -9 of gunicorn with its workers."""
        self._kill("web")

    def fault_stop(self) -> None:
        """A worker stands still for longer than its lease."""
        program = self.house.programs[self._a_worker()]

        def hold() -> None:
            begin = time.monotonic()
            program.send(signal.SIGSTOP)
            time.sleep(STOP)
            program.send(signal.SIGCONT)
            self._crashed(begin, time.monotonic())

        self._beside(hold)

    def fault_redis(self) -> None:
        """kill -9 of Redis, which forgets everything and comes back a little later."""
        self.house.redis.end(signal.SIGKILL)
        time.sleep(self.random.uniform(0, 2))
        self.house.start_redis()

    def fault_wipe(self) -> None:
        """Redis forgets everything."""
        self.house.redis_client().flushall()

    def fault_restart(self) -> None:
        """PostgreSQL is restarted at once, in immediate mode: every session is cut."""
        self.house.postgres.end(signal.SIGQUIT, group=False)
        self.house.start_postgres()

    def fault_postgres(self) -> None:
        """kill -9 of PostgreSQL."""
        self.house.postgres.end(signal.SIGKILL, group=False)
        self.house.start_postgres()

    def _a_worker(self) -> str:
        return self.random.choice(["worker1", "worker2"])

    def _kill(self, name: str) -> None:
        program = self.house.programs[name]
        if name.startswith("worker"):
            self._crashed(time.monotonic())
        program.end(signal.SIGKILL)
        program.start()

    def _crashed(self, begin: float, end: float | None = None) -> None:
        self.crashes.append((begin - NEAR, (end or begin) + 0.5))

    def _beside(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self.others.append(thread)
        thread.start()

    # The account ------------------------------------------------------------------------------------------------

    def account(self) -> None:
        """Compare what is due with what is there."""
        result, due = self.result, due_of()
        notices, phones = notices_there(), phones_there()
        result.through_the_web = due.moves
        result.notices_due, result.notices = len(due.notices), len(notices)
        result.calls_due, result.calls = len(due.phones), len(phones)
        result.mails_due, result.mails_taken = len(due.mails), len(self.sink.taken)
        taken = defaultdict(list)
        for mail in self.sink.taken:
            taken[(mail.recipient, mail.subject)].append(mail)
        lost = [due.mails - set(taken), due.notices - notices, due.phones - phones]
        made_up = [set(taken) - due.mails, notices - due.notices, phones - due.phones]
        result.lost, result.made_up = sum(map(len, lost)), sum(map(len, made_up))
        result.unfinished = unfinished()
        for mails in taken.values():
            for reason, count in reasons(mails, self.crashes).items():
                setattr(result, reason, getattr(result, reason) + count)


def prepare(house: House) -> None:
    """The servers and the tables."""
    house.start_postgres()
    house.make_database()
    house.start_redis()
    call_command("migrate", interactive=False, verbosity=0)


def weather(storm: Storm, port: int) -> None:
    """Reminders fall due, people work, faults come; then quiet until everything is done."""
    size = storm.size
    seed(size.reminders, size.moves, begin=timezone.now() + timedelta(seconds=6), seconds=size.seconds)
    storm.house.open_house(port)
    time.sleep(6)
    begin = time.monotonic()
    visitor = Visitor(
        f"http://127.0.0.1:{port}", deadlines(), f"{new_day():%Y-%m-%d}", size.seconds,
        begin + size.seconds + size.settle,
    )  # fmt: skip
    visitor.start()
    storm.blow(begin)
    visitor.join(size.settle)
    settled(size.settle)
    storm.result.web_answers = dict(visitor.answers)
    storm.result.slowest_answer = round(visitor.slowest, 2)
    storm.result.unfinished += visitor.left


def told(result: Result) -> str:
    """A round in lines."""
    lines = [f"{name:22} {value}" for name, value in asdict(result).items()]
    return "\n".join([*lines, "kept" if result.good else "BROKEN", ""])


def run(options: argparse.Namespace) -> Result:
    """One round in a house of its own."""
    begun = time.monotonic()
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    house = House(options.folder, safe_disk=options.full)
    try:
        with Sink(port=options.port) as sink:
            storm = Storm(FULL if options.full else SHORT, options.seed, house, sink)
            prepare(house)
            weather(storm, free_port())
            storm.account()
    finally:
        house.close()
    storm.result.seconds = round(time.monotonic() - begun, 1)
    return storm.result


def main() -> int:
    """Run, print, note, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    result = run(options)
    sys.stdout.write(told(result))
    if options.json:
        with options.json.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
