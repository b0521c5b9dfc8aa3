"""How many reminders a second go from due to handed over, next to a loop that only sends. A measurement, no test.

    .venv/bin/python tests/bench/throughput.py [--count 5000] [--json FILE]

PostgreSQL (as installed: a commit waits for the disk) in a private folder; one mail server on loopback, in a process
of its own, for all of it. Measured one after another: a loop that composes and sends the same mails over one
connection; the tick alone; one drain; two drains at once; and from due to handed over, the tick with one and with two
drains added up.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.faults.storm import environment  # noqa: E402 - runs as a script, from any folder
from tests.smtp_sink import free_port  # noqa: E402


def main() -> int:
    """Measure in a house of its own, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cppcc-bench-", dir="/tmp"))  # sockets need a short path
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    port = free_port()
    inside = [sys.executable, "-m", "tests.bench.measure", str(folder), str(port), str(options.count)]
    try:
        done = subprocess.run(inside, env=environment(folder, port), cwd=ROOT, check=True, stdout=subprocess.PIPE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures = json.loads(done.stdout)
    sys.stdout.write("".join(f"{name:34} {value}\n" for name, value in figures.items()))
    if options.json:
        with options.json.open("a", encoding="utf-8") as out:
            out.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
