"""The short storm: 2,000 reminders and 22 faults over the real servers. `storm.py` says what is checked."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STORM = Path(__file__).with_name("storm.py")


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server; CI has it")
def test_nothing_is_lost_and_nothing_is_sent_twice(tmp_path):
    figures = tmp_path / "storm.json"
    done = subprocess.run(
        [sys.executable, str(STORM), "--json", str(figures)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(figures.read_text(encoding="utf-8"))
    assert result["reminders"] == 2_000 and sum(result["faults"].values()) >= 20
    assert result["lost"] == result["twice"] == result["made_up"] == result["other_id"] == 0
