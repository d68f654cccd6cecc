"""The Procfile, held against what it names: queues, settings, programs, and the orders in which it is started."""

from __future__ import annotations

import fnmatch
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from celery import Celery
from celery.app.defaults import NAMESPACES, flatten
from celery.exceptions import QueueNotFound
from honcho.environ import parse_procfile
from kombu.transport.redis import Channel

from config.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
LINES: dict[str, str] = dict(parse_procfile((ROOT / "Procfile").read_text()).processes)


@pytest.fixture
def celery_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    from config.settings import settings

    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    settings.cache_clear()
    sys.modules.pop("config.celery", None)
    import config.celery as options

    yield {name: value for name, value in vars(options).items() if name.islower() and name[0] != "_"}
    settings.cache_clear()
    sys.modules.pop("config.celery", None)


def words(name: str) -> list[str]:
    return shlex.split(LINES[name])


def queues_of(name: str) -> list[str]:
    line = words(name)
    return line[line.index("-Q") + 1].split(",") if "-Q" in line else []


def test_every_process_of_the_house_has_its_line() -> None:
    assert set(LINES) == {"web", "worker", "chores", "stream", "beat", "flower", "valkey", "release"}


def test_web_comes_first_so_that_honcho_gives_it_the_port_itself() -> None:
    assert next(iter(LINES)) == "web"


def test_every_program_is_installed() -> None:
    own = str(Path(sys.executable).parent)
    assert [name for name in LINES if not shutil.which(words(name)[0], path=own)] == []


def test_every_queue_is_read_by_exactly_one_line(celery_options: dict[str, object]) -> None:
    read = [queue for name in LINES for queue in queues_of(name)]
    assert sorted(read) == sorted(celery_options["task_queues"])  # type: ignore[call-overload]


def test_every_route_leads_to_a_queue(celery_options: dict[str, object]) -> None:
    routes = celery_options["task_routes"]
    assert {route["queue"] for route in routes.values()} == set(celery_options["task_queues"])  # type: ignore[attr-defined,call-overload]


def test_a_task_that_nobody_routed_fails_aloud(celery_options: dict[str, object]) -> None:
    app = Celery("trial", broker="memory://")
    app.config_from_object({**celery_options, "broker_url": "memory://", "broker_transport_options": {}})
    with pytest.raises(QueueNotFound):
        app.send_task("mesage.moderate")
    app.send_task("message.moderate")


def test_exact_routes_win_over_patterns(celery_options: dict[str, object]) -> None:
    app = Celery("trial", broker="memory://")
    app.config_from_object({**celery_options, "broker_url": "memory://"})
    queue = lambda task: app.amqp.router.route({}, task)["queue"].name  # noqa: E731
    assert [queue(task) for task in ("room.close", "room.close_due", "source.follow", "message.persist")] == [
        "rooms",
        "chores",
        "stream",
        "messages",
    ]


def test_every_celery_option_exists(celery_options: dict[str, object]) -> None:
    known = {name for name, _ in flatten(NAMESPACES)} | {"resultrepr_maxsize"}
    ours = {name for name in celery_options if not name.startswith("redbeat_")} - {"ssl", "settings", "annotations"}
    assert ours - known == set()


def test_every_transport_option_exists(celery_options: dict[str, object]) -> None:
    assert set(celery_options["broker_transport_options"]) - set(Channel.from_transport_options) == set()  # type: ignore[call-overload]


def test_no_pickle_and_no_results(celery_options: dict[str, object]) -> None:
    assert celery_options["accept_content"] == ["json"]
    assert celery_options["task_ignore_result"] is True
    assert celery_options["result_backend"] is None


def test_every_worker_has_a_name_of_its_own() -> None:
    names = [line[line.index("-n") + 1] for line in map(words, LINES) if "-n" in line]
    assert len(names) == len(set(names)) == 3


def test_defaults_in_the_lines_are_those_of_the_settings() -> None:
    for variable, default in re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", (ROOT / "Procfile").read_text()):
        assert default == str(Settings.model_fields[variable.lower()].default)


def test_files_that_lines_name_are_there() -> None:
    for line in LINES.values():
        for file in fnmatch.filter(re.split(r"[ =]", line), "config/*"):
            assert (ROOT / file).is_file()


def test_one_stream_at_a_time_and_nothing_waiting_behind_it() -> None:
    line = words("stream")
    assert line[line.index("-c") + 1] == "1"
    assert "--disable-prefetch" in line
    assert all(words(name)[words(name).index("-P") + 1] == "threads" for name in LINES if queues_of(name))


def test_heroku_installs_what_production_needs() -> None:
    assert "-r requirements/production.txt" in (ROOT / "requirements.txt").read_text()
    assert (ROOT / ".python-version").read_text().strip() == "3.11"
