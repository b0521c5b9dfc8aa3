"""How a hall signs in: phones by the code, through gunicorn as script/server starts it. A measurement, no test.

    script/bench signin [--phones 300] [--seconds 60] [--json FILE]

PostgreSQL (as installed: a commit waits for the disk) in a private folder, two gunicorn workers with four threads each.
Every second phone is logged in, the others give name and four digits. Each phone loads the page and presses within
the given seconds, at moments drawn at random; every third presses twice at once, as a nervous thumb does, every
seventh asks again for an answer that it did not wait for, with the same id. Meanwhile two desks look for changes every
four seconds, a clerk ticks twenty of the same people, and the screen of the hall counts. A second round lets all phones
press as fast as the house answers. Exit status 1 when somebody is missing, or counted twice.
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
    parser.add_argument("--phones", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cppcc-bench-", dir="/tmp"))  # sockets need a short path
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    inside = [sys.executable, "-m", "tests.bench.hall", str(folder), str(options.phones), str(options.seconds)]
    try:
        done = subprocess.run(
            inside, env=environment(folder, free_port()), cwd=ROOT, check=True, stdout=subprocess.PIPE
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rounds = json.loads(done.stdout)
    for figures in rounds:
        sys.stdout.write("".join(f"{name:34} {value}\n" for name, value in figures.items()) + "\n")
    if options.json:
        with options.json.open("a", encoding="utf-8") as out:
            out.writelines(json.dumps(figures) + "\n" for figures in rounds)
    return 0 if all(figures["lost"] == figures["twice"] == 0 for figures in rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
