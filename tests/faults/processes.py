"""The real servers of a storm, in a private folder: started, killed, stopped and started again.

PostgreSQL refuses root, so as root it (and Redis) run as the user postgres.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

ROOT = Path(__file__).resolve().parents[2]
START = 60.0  # seconds a server may take to start on a machine that has other things to do


def keeper() -> list[str]:
    """What runs a command as the user that owns the data."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]


def until(what: str, ready, seconds: float = START) -> None:
    """Wait until `ready()`; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} was not ready within {seconds:.0f} s")
        time.sleep(0.05)


@dataclass
class Process:
    """A program in a session of its own, so that it can be killed with all its children."""

    name: str
    command: Sequence[str]
    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    child: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it; what it says is appended to its log."""
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.child = subprocess.Popen(
                list(self.command), env=os.environ | self.env, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True, cwd="/" if self.command[:1] == ["setpriv"] else ROOT,
            )  # fmt: skip

    def send(self, number: int, *, group: bool = True) -> None:
        """A signal to it and all its children (or to it alone)."""
        if self.child is not None and self.child.poll() is None:
            (os.killpg if group else os.kill)(self.child.pid, number)

    def end(self, number: int = signal.SIGKILL, *, group: bool = True, seconds: float = 20) -> None:
        """A signal, then wait for its end; killed when it takes too long."""
        if self.child is None:
            return
        self.send(number, group=group)
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            self.child.wait(seconds)

    def children(self) -> list[int]:
        """The pids of its children."""
        pid = self.child.pid if self.child else 0
        try:
            text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        except OSError:
            return []
        return [int(word) for word in text.split()]


class House:
    """PostgreSQL and Redis on private sockets; web, workers and beat once `open_house` was called."""

    def __init__(self, folder: Path, *, safe_disk: bool) -> None:
        self.folder = folder
        self.redis_socket = folder / "redis.sock"
        self.bin = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self._make_cluster()
        disk = [] if safe_disk else ["-c", "fsync=off", "-c", "full_page_writes=off"]
        self.postgres = Process(
            "postgres",
            [*keeper(), str(self.bin / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder),
             "-c", "listen_addresses=", "-c", "jit=off", *disk],
            self.folder,
        )  # fmt: skip
        self.redis = Process(
            "redis",
            [*keeper(), "redis-server", "--port", "0", "--unixsocket", str(self.redis_socket), "--dir",
             str(self.folder), "--save", "", "--appendonly", "no"],
            self.folder,
        )  # fmt: skip
        self.programs: dict[str, Process] = {}

    def _make_cluster(self) -> None:
        command = [*keeper(), str(self.bin / "initdb"), "-D", str(self.folder / "data"), "-U", "cppcc", "--no-sync",
                   "--locale=C.UTF-8", "-E", "UTF8", "--auth=trust"]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    # Servers ----------------------------------------------------------------------------------------------------

    def start_postgres(self) -> None:
        """Start it, again and again while leftovers of a killed one hold its memory."""
        end = time.monotonic() + START
        while True:
            self.postgres.start()
            while self.postgres.child.poll() is None:
                if self.postgres_answers():
                    return
                time.sleep(0.05)
            if time.monotonic() > end:
                raise TimeoutError("PostgreSQL does not start again")
            time.sleep(0.2)

    def postgres_answers(self, database: str = "postgres") -> bool:
        """Whether a connection can be made."""
        try:
            psycopg.connect(host=str(self.folder), user="cppcc", dbname=database, connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    def make_database(self) -> None:
        """The empty database."""
        with psycopg.connect(host=str(self.folder), user="cppcc", dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE cppcc")

    def start_redis(self) -> None:
        """Start it and wait for its answer."""
        self.redis_socket.unlink(missing_ok=True)
        self.redis.start()
        until("Redis", self.redis_answers)

    def redis_answers(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self.redis_client().ping())
        except redis.RedisError:
            return False

    def redis_client(self) -> redis.Redis:
        """A connection."""
        return redis.Redis(unix_socket_path=str(self.redis_socket), socket_timeout=5)

    # Programs ---------------------------------------------------------------------------------------------------

    def open_house(self, port: int) -> None:
        """Start web, two workers and beat, as script/server does."""
        python, celery = sys.executable, ["-m", "celery", "-A", "cppcc"]
        worker = ["worker", "--loglevel", "INFO", "--concurrency", "1", "--prefetch-multiplier", "1"]
        worker += ["--without-gossip", "--without-mingle"]
        schedule = str(self.folder / "celerybeat-schedule")
        commands = {
            "web": [python, "-m", "gunicorn", "cppcc.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
                    "--threads", "4", "--preload", "--graceful-timeout", "10", "--no-control-socket"],
            "worker1": [python, *celery, *worker, "-n", "one@storm"],
            "worker2": [python, *celery, *worker, "-n", "two@storm"],
            "beat": [python, *celery, "beat", "--loglevel", "INFO", "--schedule", schedule, "--pidfile="],
        }  # fmt: skip
        for name, command in commands.items():
            self.programs[name] = Process(name, command, self.folder)
            self.programs[name].start()

    def close(self) -> None:
        """End everything that was started."""
        for program in self.programs.values():
            program.send(signal.SIGCONT)
            program.end(signal.SIGKILL)
        self.redis.end()
        self.postgres.end(signal.SIGQUIT, group=False)
