"""Which package may know what: each contract is seen to fail on an import that breaks it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "tasks", "beat", "config", "parley")
CONTRACTS = [
    c["name"] for c in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
]

PLANTED = {
    "Processes above edges above words; siblings never meet": ("app/chat/planted.py", "import app.bus"),
    "Every package of app has its place": ("app/elsewhere/__init__.py", '"""A package that has no place."""'),
    "Only the store knows MySQL": ("tasks/planted.py", "import sqlalchemy"),
    "Only the bus knows Redis": ("app/web/planted.py", "import redis"),
    "Only the bus, the hops and the clock know Celery": ("app/web/planted.py", "import celery"),
    "Only the web knows Flask": ("tasks/planted.py", "import flask"),
    "Only the networks know tweepy": ("app/bus/planted.py", "import tweepy"),
    "Only hops keep messages": ("app/web/planted.py", "import app.store.messages"),
    "Tables and sessions never leave the store": ("tasks/planted.py", "import app.store.tables"),
    "The words are pure: no I/O library, no settings": ("app/chat/planted.py", "import config.settings"),
    "A socket never holds a database connection": ("app/web/sockets.py", "import app.store.events"),
    "No circles": ("app/chat/planted_one/__init__.py", "import app.chat.planted_two"),
}

WITH_IT = {"No circles": ("app/chat/planted_two.py", "import app.chat.planted_one")}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our packages in a folder of their own, where imports can be planted."""
    folder = tmp_path_factory.mktemp("planted")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "static", "*.html")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def broken(folder: Path) -> tuple[list[str], str]:
    """Run the linter and tell which contracts it calls broken."""
    ran = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=folder,
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    names = [line.rpartition(" BROKEN")[0].strip() for line in ran.stdout.splitlines() if line.endswith("BROKEN")]
    assert ran.returncode == (1 if names else 0), ran.stdout + ran.stderr
    return names, ran.stdout


def test_nothing_of_ours_breaks_a_contract(copy: Path) -> None:
    names, said = broken(copy)
    assert names == [], said
    assert re.search(rf"Contracts: {len(CONTRACTS)} kept", said)


def test_each_contract_has_an_import_that_breaks_it() -> None:
    assert sorted(PLANTED) == sorted(CONTRACTS)


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_import_breaks(copy: Path, contract: str) -> None:
    planted = [PLANTED[contract], *([WITH_IT[contract]] if contract in WITH_IT else [])]
    before = {name: (copy / name).read_text() if (copy / name).exists() else None for name, _ in planted}
    try:
        for name, line in planted:
            (copy / name).parent.mkdir(exist_ok=True)
            (copy / name).write_text((before[name] or "") + f"\n{line}\n")
        names, said = broken(copy)
        assert contract in names, said
    finally:
        for name, text in before.items():
            if text is not None:
                (copy / name).write_text(text)
            else:
                (copy / name).unlink()
                if (copy / name).name == "__init__.py":
                    shutil.rmtree((copy / name).parent)
