"""A storm over the real house: nothing is lost, nothing is sent twice.

    .venv/bin/python tests/faults/storm.py               short: 2,000 reminders, 40 made through the web, 22 faults
    .venv/bin/python tests/faults/storm.py --full        10,000 reminders, 600 made through the web, 64 faults
    .venv/bin/python tests/faults/storm.py --full --rounds 5 --json rounds.json
    --seed N repeats the order of the faults; --keep leaves the folder with all logs.

Real gunicorn, two Celery workers, beat, PostgreSQL and Redis in a private folder, and a mail server in this process.
While reminders fall due and people move deadlines through the form: kill -9 of web, workers (whole or their child),
beat, Redis and PostgreSQL; Redis wiped; PostgreSQL restarted at once; a worker stopped for longer than its lease;
besides, lines cut between the mail and its 250, and 1 % of the mails refused for now. The lease is 10 s, bells ring
every 2 s, a refused mail comes again after 2 s, so that a round takes minutes and not hours.

Checked at the end, from the mail server's own record and the database: every notice, mail and telephone call that is
due is there, and no other; no mail was taken twice but those whose line was cut before the 250 or whose drain was
killed or stopped between the mail and its mark (its line ended there too): these once more for each such fault that
hit them, with the same Message-ID (`judging.py`). Exit status 1 when that does not hold.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.smtp_sink import free_port  # noqa: E402 - runs as a script, from any folder


def environment(folder: Path, port: int) -> dict[str, str]:
    """The settings of the house: private servers, quick bells, this mail server."""
    return os.environ | {
        "CPPCC_ENV": "development", "DJANGO_SETTINGS_MODULE": "cppcc.settings", "HTTPS": "off", "DEMO": "off",
        "DATABASE_URL": f"postgres://cppcc@{str(folder).replace('/', '%2F')}/cppcc",
        "REDIS_URL": f"redis+socket://{folder}/redis.sock", "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DEFAULT_FROM_EMAIL": "office@cppcc.example.org", "TICK_SECONDS": "2", "DRAIN_SECONDS": "4",
        "MAIL_RETRY_SECONDS": "2", "PYTHONPATH": str(ROOT),
    }  # fmt: skip


def one_round(options: argparse.Namespace, seed: int) -> int:
    """A round in a private folder and a process of its own; its exit status."""
    folder = Path(tempfile.mkdtemp(prefix="cppcc-storm-", dir="/tmp"))  # sockets need a short path
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    port = free_port()
    command = [sys.executable, "-m", "tests.faults.one_round", "--folder", str(folder), "--port", str(port)]
    command += ["--seed", str(seed), *(["--full"] if options.full else [])]
    command += ["--json", str(options.json.resolve())] if options.json else []
    child = subprocess.Popen(command, env=environment(folder, port), cwd=ROOT)
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            child.wait(60)
        if options.keep:
            sys.stdout.write(f"logs in {folder}\n")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run the rounds; 1 when one of them broke the promise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="10,000 reminders instead of 2,000")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, help="repeats the order of the faults")
    parser.add_argument("--json", type=Path, help="appends the figures of each round as a line")
    parser.add_argument("--keep", action="store_true", help="keeps the folder with all logs")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    first = options.seed if options.seed is not None else random.SystemRandom().randrange(10_000)
    return max(one_round(options, first + n) for n in range(options.rounds))


if __name__ == "__main__":
    sys.exit(main())
