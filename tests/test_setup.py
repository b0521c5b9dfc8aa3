"""The set-up files agree with each other: what is locked, what is documented, what is refused."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SCRIPTS = ["script/bootstrap", "script/server", "script/test", "script/lock", "script/fonts", ".ci/run"]


def locked(name):
    """Package -> version of requirements/NAME.txt."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", text, re.MULTILINE)
    return {canonicalize_name(package): Version(version) for package, version in pins}


def wanted(name):
    base = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
    return base + [Requirement(line) for line in PROJECT["dependency-groups"]["dev"] if name == "dev"]


@pytest.mark.parametrize("name", ["base", "dev"])
def test_lock_is_in_step_with_pyproject(name):
    versions = locked(name)
    out_of_step = [
        str(requirement)
        for requirement in wanted(name)
        if versions.get(canonicalize_name(requirement.name)) not in requirement.specifier
    ]
    assert not out_of_step, "run script/lock"


def test_lock_for_development_holds_what_runs_for_real():
    development = locked("dev")
    assert {name: development.get(name) for name in locked("base")} == locked("base")


@pytest.mark.parametrize("name", ["base", "dev", "uv"])
def test_lock_has_hashes_and_no_address(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?:|file:|--(?:index|extra|find|trusted)", text)


@pytest.mark.parametrize("path", SCRIPTS)
def test_script_can_run(path):
    script = ROOT / path
    assert script.stat().st_mode & 0o111, f"{path} is not executable"
    subprocess.run(["bash", "-n", script], check=True)


def test_every_setting_of_the_environment_is_documented():
    settings = (ROOT / "cppcc" / "settings.py").read_text("utf-8")
    read = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', settings))
    table = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert read == set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))


def test_compose_names_only_known_settings_and_no_default_secret():
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    compose = yaml.safe_load(text)
    settings = (ROOT / "cppcc" / "settings.py").read_text("utf-8")
    assert all(f'"{name}"' in settings for name in compose["x-app"]["environment"])
    assert "${SECRET_KEY:?" in text and not re.search(r"\$\{(SECRET_KEY|POSTGRES_PASSWORD)(:-|-|\})", text)


def test_compose_runs_every_part():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    assert set(services) == {"database", "redis", "migrate", "web", "worker", "beat"}
