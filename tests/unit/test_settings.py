"""Settings: every rule, and what is said to somebody who broke one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import addresses, secret_files
from config.settings import Settings, SettingsError, load

ROOT = Path(__file__).resolve().parents[2]
HERE = {"PYTHONPATH": str(ROOT)}
GOOD_SECRETS = {"secret_key": "k" * 32, "flower_password": "p" * 12}


@pytest.fixture(autouse=True)
def an_empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No .env and no variables but the test's own."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.lower() in Settings.model_fields or name.endswith("_URL"):
            monkeypatch.delenv(name)
    return tmp_path


def refusal(**given: object) -> str:
    with pytest.raises(SettingsError) as refused:
        load(**given)
    return str(refused.value)


def test_nothing_needs_to_be_set(an_empty_place: Path) -> None:
    chosen = load()
    assert chosen.port == 8000
    assert chosen.var_dir == an_empty_place / "var"
    assert chosen.embedded_valkey
    assert chosen.sqlalchemy_url == f"sqlite:///{an_empty_place}/var/parley.sqlite3"
    assert chosen.redis_connection_url == f"unix://{an_empty_place}/var/valkey.sock"
    assert chosen.celery_broker_url == f"redis+socket://{an_empty_place}/var/valkey.sock"


def test_the_environment_is_read_and_wins_over_the_file(an_empty_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (an_empty_place / ".env").write_text("PORT=8100\nWORKER_THREADS=8\n# a comment\nTITLE_MAX_LENGTH=\n")
    monkeypatch.setenv("PORT", "8200")
    chosen = load()
    assert (chosen.port, chosen.worker_threads, chosen.title_max_length) == (8200, 8, 100)


def test_everything_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("ENVIRONMENT", "prod")
    monkeypatch.setenv("PING_SECONDS", "90")
    said = refusal()
    assert said.splitlines() == [
        "Parley cannot start: 3 settings are wrong.",
        "  ENVIRONMENT is 'prod': allowed is 'development' or 'production'.",
        "  PING_SECONDS is '90': allowed is a whole number from 1 to 50.",
        "  PORT is 'eighty': allowed is a whole number from 1 to 65535.",
        "All settings: docs/operations.md",
    ]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("port", 0),
        ("port", 65536),
        ("port", "8000.5"),
        ("host", ""),
        ("log_level", "loud"),
        ("trusted_proxies", -1),
        ("flower_user", "a b"),
        ("flower_user", "a:b"),
        ("redis_timeout_seconds", 0),
        ("frame_max_bytes", 10),
        ("word_list_action", "shout"),
        ("moderation_checks", "normalise,lenght"),
        ("moderation_checks", "words,words"),
        ("room_default_ttl_seconds", 60),
        ("echo_endpoint", "perhaps"),
        ("crash_points", "accept.after"),
        ("crash_points", "accept.after=2"),
        ("crash_points", "nowhere=0.5"),
        ("public_url", "parley.example"),
        ("public_url", "https://parley.example/room"),
        ("public_url", "https://ada@parley.example"),
        ("public_url", "ftp://parley.example"),
        ("redis_url", "http://host"),
        ("redis_url", "redis://"),
        ("redis_url", "redis://host:port"),
        ("redis_url", "unix://"),
        ("broker_url", "amqp://host"),
        ("database_url", "postgres://host/name"),
        ("database_url", "mysql://host"),
        ("database_url", "mysql:///name"),
        ("database_url", "sqlite://"),
        ("database_url", "sqlite:///:memory:"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(name: str, wrong: object, monkeypatch: pytest.MonkeyPatch) -> None:
    if wrong == "":
        said = refusal(**{name: wrong})  # in the environment an empty one counts as not set
    else:
        monkeypatch.setenv(name.upper(), str(wrong))
        said = refusal()
    assert re.search(rf"^  {name.upper()} is .+: allowed is .+\.$", said, re.MULTILINE)
    assert said.count("allowed is") == 1


def test_an_empty_list_of_checks_is_allowed() -> None:
    assert load(moderation_checks="").moderation_checks == ()
    assert load(moderation_checks=" length , words ").moderation_checks == ("length", "words")


def test_a_silent_socket_is_given_longer_than_a_ping_takes() -> None:
    assert "more than PING_SECONDS" in refusal(ping_seconds=40, socket_silence_seconds=40)


def test_in_production_no_process_can_be_told_to_die() -> None:
    points = "accept.after=0.25, sweep.sent=1"
    assert load(crash_points=points).crash_chances == {"accept.after": 0.25, "sweep.sent": 1.0}
    assert "CRASH_POINTS is 'accept.after=0.25" in refusal(
        environment="production", crash_points=points, **GOOD_SECRETS
    )


# -- secrets -----------------------------------------------------------------------------------------------------------
def test_production_makes_up_no_secrets(an_empty_place: Path) -> None:
    said = refusal(environment="production")
    assert "SECRET_KEY is missing: allowed is a random text of at least 32 characters." in said
    assert "FLOWER_PASSWORD is missing" in said
    assert not (an_empty_place / "var").exists()


def test_production_starts_with_real_secrets() -> None:
    assert load(environment="production", **GOOD_SECRETS).in_production


@pytest.mark.parametrize("name", sorted(GOOD_SECRETS))
def test_a_short_secret_is_refused_and_never_shown(name: str) -> None:
    said = refusal(**{name: "geheim"})
    assert f"{name.upper()} is ***" in said
    assert "geheim" not in said


def test_a_password_in_an_address_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://ada:geheim@host/name")
    monkeypatch.setenv("REDIS_URL", "http://:geh%40im@host")
    said = refusal()
    assert "postgres://ada:***@host/name" in said
    assert "geh" not in said


def test_settings_do_not_show_their_secrets() -> None:
    shown = repr(load(redis_url="redis://:geheim@host", database_url="mysql://ada:geheim@host/name", **GOOD_SECRETS))
    assert "geheim" not in shown
    assert "k" * 32 not in shown
    assert "p" * 12 not in shown


def test_development_makes_secrets_once_for_the_owner_only(an_empty_place: Path) -> None:
    first, second = load(), load()
    assert first.secret_key == second.secret_key != first.flower_password
    assert len(first.secret_key) >= 32
    assert (an_empty_place / "var").stat().st_mode & 0o777 == 0o700
    assert (an_empty_place / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_agree_on_the_secret(an_empty_place: Path) -> None:
    program = "from config.settings import settings; print(settings().secret_key)"
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    assert len({process.communicate(timeout=30)[0] for process in starting}) == 1
    assert sorted(file.name for file in (an_empty_place / "var").iterdir()) == ["flower_password", "secret_key"]


def test_a_folder_that_cannot_be_made_is_explained(an_empty_place: Path) -> None:
    (an_empty_place / "file").write_text("")
    assert "can be neither read nor made" in refusal(var_dir=an_empty_place / "file" / "var")


def test_a_secret_that_is_there_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("as it is\n")
    assert secret_files.read_or_make(tmp_path / "mine") == "as it is"


# -- spellings ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["DATABASE_URL", "JAWSDB_URL", "JAWSDB_MARIA_URL", "CLEARDB_DATABASE_URL"])
def test_the_database_is_found_where_add_ons_write_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "mysql://ada:p%40ss@host:3307/name?reconnect=true")
    assert load().sqlalchemy_url == "mysql+mysqldb://ada:p%40ss@host:3307/name?charset=utf8mb4"


def test_a_wrong_address_is_named_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAWSDB_URL", "oracle://host/name")
    assert "JAWSDB_URL is 'oracle://host/name'" in refusal()


@pytest.mark.parametrize(
    ("given", "spelt"),
    [
        ("mysql://u@h/n", "mysql+mysqldb://u@h/n?charset=utf8mb4"),
        ("mysql+pymysql://u@h/n?charset=latin1", "mysql+mysqldb://u@h/n?charset=utf8mb4"),
        ("mariadb://u@h/n?ssl_ca=%2Fca.pem", "mysql+mysqldb://u@h/n?ssl_ca=%2Fca.pem&charset=utf8mb4"),
        (
            "mysql://u@localhost/n?unix_socket=/run/my.sock",
            "mysql+mysqldb://u@localhost/n?unix_socket=%2Frun%2Fmy.sock&charset=utf8mb4",
        ),
        ("sqlite:////srv/parley.db", "sqlite:////srv/parley.db"),
        ("sqlite:///here.db?mode=ro", "sqlite:///here.db"),
    ],
)
def test_databases_are_spelt_for_sqlalchemy(given: str, spelt: str) -> None:
    assert load(database_url=given).sqlalchemy_url == spelt


@pytest.mark.parametrize(
    ("given", "redis_py", "celery"),
    [
        ("redis://h", "redis://h", "redis://h"),
        ("rediss://:p@h:1", "rediss://:p@h:1?ssl_cert_reqs=none", "rediss://:p@h:1?ssl_cert_reqs=none"),
        (
            "rediss://h/2?ssl_cert_reqs=required",
            "rediss://h/2?ssl_cert_reqs=required",
            "rediss://h/2?ssl_cert_reqs=required",
        ),
        ("unix:///run/v.sock", "unix:///run/v.sock", "redis+socket:///run/v.sock"),
        ("unix://:p@/run/v.sock?db=3", "unix://:p@/run/v.sock?db=3", "redis+socket://:p@/run/v.sock?virtual_host=3"),
    ],
)
def test_redis_is_spelt_for_each_library(given: str, redis_py: str, celery: str) -> None:
    chosen = load(redis_url=given)
    assert not chosen.embedded_valkey
    assert (chosen.redis_connection_url, chosen.celery_broker_url) == (redis_py, celery)


def test_the_broker_may_be_another_server() -> None:
    chosen = load(redis_url="redis://one", broker_url="redis://two")
    assert (chosen.redis_connection_url, chosen.celery_broker_url) == ("redis://one", "redis://two")


def test_a_folder_with_spaces_is_quoted(tmp_path: Path) -> None:
    assert load(var_dir=tmp_path / "my var").redis_connection_url.endswith("/my%20var/valkey.sock")


def test_the_socket_moves_where_paths_are_short_when_the_folder_is_too_deep() -> None:
    deep = [Path("/srv", *["d" * 50] * 3, name) for name in ("one", "two")]
    one, two = (addresses.socket_path(folder) for folder in deep)
    assert one == addresses.socket_path(deep[0])
    assert one != two
    assert max(len(os.fsencode(path)) for path in (one, two)) <= addresses.SOCKET_PATH_MAX_BYTES
    assert addresses.socket_path(Path("/srv/var")) == Path("/srv/var/valkey.sock")


def test_the_public_address_is_kept_without_a_slash() -> None:
    assert load(public_url="https://Parley.Example:444/").public_url == "https://parley.example:444"


# -- every setting is told ---------------------------------------------------------------------------------------------
def shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def defaults() -> dict[str, str]:
    return {name.upper(): shown(field.default) for name, field in Settings.model_fields.items()}


def test_the_example_file_lists_every_setting_with_its_default() -> None:
    lines = re.findall(r"^#([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert dict(lines) == defaults()
    assert len(lines) == len(dict(lines))


def test_the_page_for_operators_lists_every_setting_with_its_default_and_what_is_allowed() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \| (.*?) \|$", page, re.MULTILINE)
    for name, default, allowed, meaning in rows:
        field = Settings.model_fields[name.lower()]
        assert default == (f"`{defaults()[name]}`" if defaults()[name] else "")
        assert allowed == (field.json_schema_extra or {})["allowed"].replace("|", "\\|")  # type: ignore[index,union-attr]
        assert meaning == field.description
    assert [row[0] for row in rows] == list(defaults())


def test_a_process_with_wrong_settings_ends_with_status_two_and_no_traceback() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from config.settings import settings; settings()"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PORT": "0"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert "PORT is '0'" in ended.stderr
    assert "Traceback" not in ended.stderr
