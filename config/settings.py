"""Every setting of the house, read once from the environment and `.env`, and checked before anything starts."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import AliasChoices, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config import addresses, secret_files

CHECKS = ("normalise", "length", "links", "words", "flood", "repeated", "new_device")
CHECKS_GROUP = "parley.checks"
"""Under which packages offer more checks (docs/checks.md)."""
LANGUAGES = ("en", "de", "es", "fr")
"""Those whose word lists were measured (docs/safety.md)."""
CRASH_POINTS = (
    *("accept.before", "accept.after", "publish.before"),
    *("moderate.judged", "moderate.written"),
    *("persist.before", "persist.committed", "persist.written"),
    *("fan_out.agreed", "fan_out.shown"),
    *("resume.replayed", "sweep.sent", "remove.committed", "forget.store", "forget.redis"),
)
"""Where a process may be told to die, in the order of a message's life."""
SECRET_KEY_MIN_LENGTH = 32
FLOWER_PASSWORD_MIN_LENGTH = 12
PUBLIC_KEY_LENGTH = 43
PRIVATE_KEY_FILE = "operator_private_key"
"""In VAR_DIR, in development only; in production the private key is not on the server."""
SECRETS = frozenset({"secret_key", "flower_password", "operator_password"})
MASK = "***"
WRONG_SETTINGS = 2
"""The exit status of a process that was started with wrong settings."""


class SettingsError(ValueError):
    """At least one setting is wrong; the text names all that are."""


def number(default: float, low: float, high: float, why: str) -> Any:
    """Declare a whole number between two bounds."""
    allowed = f"a whole number from {low} to {high}"
    return Field(default, ge=low, le=high, description=why, json_schema_extra={"allowed": allowed})


def seconds(default: float, low: float, high: float, why: str) -> Any:
    """Declare a time in seconds, fractions welcome, between two bounds."""
    allowed = f"a number of seconds from {low} to {high}"
    return Field(default, ge=low, le=high, description=why, json_schema_extra={"allowed": allowed})


def choice(default: object, allowed: str, why: str, **more: Any) -> Any:
    """Declare a setting whose allowed values a sentence describes."""
    return Field(default, description=why, json_schema_extra={"allowed": allowed}, **more)


MANY = 10_000_000
"""More requests a minute than any machine takes."""


class Settings(BaseSettings):
    """Everything that may differ between two installations."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,  # `PORT=` in a .env means "not set", not "the empty port"
        extra="ignore",  # .env may hold what other programs read
        frozen=True,
        populate_by_name=True,
        validate_default=True,
    )

    # -- where it runs -------------------------------------------------------------------------------------------------
    environment: Literal["development", "production"] = choice(
        "development", "'development' or 'production'", "In production the secrets must be given; nothing is made up."
    )
    var_dir: Path = choice(
        Path("var"), "a folder", "Where everything is kept that is written: database, Valkey's files, secrets."
    )
    host: str = choice(
        "0.0.0.0",  # noqa: S104 — the other devices in the classroom must reach it
        "an address of this machine",
        "The address that web listens on.",
        min_length=1,
    )
    port: int = number(8000, 1, 65535, "The port that web listens on.")
    public_url: str | None = choice(
        None,
        "an address such as https://parley.example, without a path",
        "The address that people type, when a proxy stands in front.",
    )
    trusted_proxies: int = number(0, 0, 10, "How many proxies in front may be believed about who is calling.")
    log_level: Literal["debug", "info", "warning", "error"] = choice(
        "info", "'debug', 'info', 'warning' or 'error'", "How much is written to the log."
    )

    # -- secrets -------------------------------------------------------------------------------------------------------
    secret_key: str = choice(
        "",
        f"a random text of at least {SECRET_KEY_MIN_LENGTH} characters",
        "Signs cookies and forms. In development made on the first start and kept in var/.",
        repr=False,
    )
    operator_key: str | None = choice(
        None,
        f"a public key of {PUBLIC_KEY_LENGTH} letters, digits, - and _, as `python -m parley key` prints it",
        "Reported messages are sealed with it. Not set: in development one is made, in production nothing is sealed.",
        pattern=rf"^[A-Za-z0-9_-]{{{PUBLIC_KEY_LENGTH}}}$",
    )
    operator_password: str = choice(
        "",
        f"a text of at least {FLOWER_PASSWORD_MIN_LENGTH} characters, or what `python -m parley password` prints of it",
        "The password of /operator. Not set: there is no such page.",
        repr=False,
    )
    operator_tries_a_minute: int = number(
        5, 1, 60, "How often somebody may try the operator's password in a minute from one network."
    )
    flower_user: str = choice(
        "admin", "a name without spaces or colons", "Who may look at Flower.", pattern=r"^[^\s:]+$"
    )
    flower_password: str = choice(
        "",
        f"a text of at least {FLOWER_PASSWORD_MIN_LENGTH} characters",
        "Flower's password. In development made on the first start and kept in var/.",
        repr=False,
    )
    flower_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="The port that Flower listens on. Not set: a free one near PORT + 555.",
        json_schema_extra={"allowed": "a whole number from 1 to 65535"},
    )

    # -- the parts it stands on ----------------------------------------------------------------------------------------
    database_url: str | None = choice(
        None,
        "sqlite:///a/file or mysql://user:password@host/name",
        "The database. Not set: SQLite in var/.",
        repr=False,
        validation_alias=AliasChoices("DATABASE_URL", "JAWSDB_MARIA_URL", "JAWSDB_URL", "CLEARDB_DATABASE_URL"),
    )
    redis_url: str | None = choice(
        None,
        "redis://host, rediss://host or unix:///a/socket",
        "Redis or Valkey. Not set: the embedded Valkey server, its files and socket in var/.",
        repr=False,
    )
    broker_url: str | None = choice(
        None,
        "redis://host, rediss://host or unix:///a/socket",
        "What carries Celery's tasks. Not set: the same as REDIS_URL.",
        repr=False,
    )
    database_pool_size: int = number(5, 1, 100, "Connections to the database that one process keeps open.")
    database_threads: int = number(10, 1, 100, "Database calls that one web process makes at the same time.")
    database_connect_timeout_seconds: int = number(3, 1, 60, "How long a connection to the database may take.")
    database_read_timeout_seconds: int = number(10, 1, 300, "How long an answer of the database may take.")
    redis_connections: int = number(32, 2, 1000, "Connections to Redis that one process opens; more callers wait.")
    redis_timeout_seconds: float = seconds(2, 0.1, 60, "How long a connection to Redis, or its answer, may take.")

    # -- how many of each ----------------------------------------------------------------------------------------------
    web_concurrency: int = number(1, 1, 64, "Web processes.")
    worker_threads: int = number(4, 1, 64, "Chains of messages that one worker walks at the same time.")
    chores_threads: int = number(2, 1, 64, "Chores that one chores worker does at the same time.")

    # -- how long a text may be ----------------------------------------------------------------------------------------
    nickname_max_length: int = number(24, 2, 100, "Characters in a nickname.")
    title_max_length: int = number(100, 10, 200, "Characters in a room's title.")
    rules_max_length: int = number(1000, 0, 4000, "Characters in a room's rules.")
    # All of them stand in one header of each embed, which a proxy takes up to some size only.
    embed_sites_max: int = number(20, 1, 50, "Sites that a room's host can name for embedding.")
    frame_max_bytes: int = number(16384, 1024, 1048576, "Bytes in one frame that a screen sends.")
    body_max_bytes: int = number(65536, 4096, 1048576, "Bytes in one HTTP request.")

    # -- sockets and their fall-backs ----------------------------------------------------------------------------------
    socket_buffer_bytes: int = number(
        1048576, 16384, 16777216, "Bytes that may wait for a slow screen before it is let go."
    )
    socket_bytes_a_second: int = number(
        131072, 4096, 16777216, "Bytes that one screen may send in a second; a flood is slowed down to this."
    )
    ping_seconds: int = number(25, 1, 50, "How often an idle socket is pinged; proxies drop one that is idle for 55 s.")
    socket_silence_seconds: int = number(60, 2, 600, "A socket that was silent for so long is closed.")
    goodbye_seconds: int = number(3, 1, 60, "How long a closing socket may take over its last bytes.")
    long_poll_max_seconds: int = number(25, 1, 28, "How long a long poll waits; Heroku's router gives up after 30 s.")
    page_max_events: int = number(500, 1, 5000, "Events in one page of history.")
    log_keep_events: int = number(1000, 1, 100000, "The last events of a room that Redis keeps ready.")
    presence_seconds: int = number(60, 5, 600, "Somebody not heard of for so long is no longer counted as present.")

    # -- the walk of a message -----------------------------------------------------------------------------------------
    accept_max_messages: int = number(500, 1, 5000, "Messages that one web process takes into the inbox in one go.")
    chain_max_messages: int = number(250, 1, 1000, "Messages that may ride one chain; 1 gives each its own.")
    inbox_max_messages: int = number(10000, 1, 1000000, "Accepted messages of one room that may wait to be delivered.")
    sweep_overdue_seconds: int = number(2, 1, 100, "An accepted message that was not delivered in time is sent again.")
    votes_a_minute: int = number(60, 1, 6000, "Votes that one participant may cast or take back in a minute.")
    lease_seconds: int = number(30, 5, 600, "How long a moderator has a held message to himself while he decides.")
    reports_a_minute: int = number(10, 1, 6000, "Messages that one participant may report in a minute.")
    password_guesses_device: int = number(5, 1, 1000, "Wrong passwords of one device before it has to wait.")
    password_guesses_network: int = number(30, 1, 10000, "Wrong passwords of one network before it has to wait.")
    reads_a_minute_device: int = number(12000, 0, MANY, "Reading requests of one device in a minute; 0 is no limit.")
    writes_a_minute_device: int = number(
        6000, 0, MANY, "Writing requests of one device in a minute, without messages and votes; 0 is no limit."
    )
    reads_a_minute_network: int = number(
        300000, 0, MANY, "Reading requests of a whole network, a school perhaps, in a minute; 0 is no limit."
    )
    writes_a_minute_network: int = number(
        60000, 0, MANY, "Writing requests of a whole network in a minute; 0 is no limit."
    )
    moderation_checks: Annotated[tuple[str, ...], NoDecode] = choice(
        CHECKS,
        "names out of " + ", ".join(CHECKS) + ", or of installed checks, with commas between",
        "What each message is held against, in order.",
    )
    word_list_action: Literal["hold", "mask", "reject", "off"] = choice(
        "hold",
        "'hold', 'mask', 'reject' or 'off'",
        "What happens to a message with a listed word, where its room does not say.",
    )
    word_list_languages: Annotated[tuple[str, ...], NoDecode] = choice(
        ("en",),
        "codes out of " + ", ".join(LANGUAGES) + ", with commas between",
        "Whose word lists are looked at, where a room does not say.",
    )
    check_seconds: float = seconds(0.25, 0.01, 10, "How long a check that does not come with Parley may take.")
    check_threads: int = number(4, 1, 32, "Such checks that one worker asks at the same time, hung ones included.")
    flood_device_at_once: int = number(8, 2, 100, "Short messages that one device may send at once.")
    flood_device_a_minute: int = number(30, 1, 600, "Short messages that it may send in a minute after that.")
    flood_network_at_once: int = number(120, 2, 5000, "Short messages that all devices of a network may send at once.")
    flood_network_a_minute: int = number(600, 1, 6000, "Short messages that they may send in a minute after that.")
    repeats_seconds: int = number(60, 5, 3600, "For how long the same text is the same again; at most twice as long.")

    # -- raids ---------------------------------------------------------------------------------------------------------
    raid_seconds: int = number(
        10, 1, 600, "Joins, and messages turned away, of so many seconds are looked at together."
    )
    raid_joins: int = number(12, 2, 100000, "So many who join a room that talks, in that time, are a raid.")
    raid_turned_away: int = number(
        15, 2, 100000, "So many messages held or rejected by a check, in that time, are one."
    )
    raid_minutes: int = number(10, 1, 1440, "How long a room's doors stay half shut then.")
    raid_comeback_seconds: int = number(
        60, 0, 3600, "During a raid nobody new joins from a network for so long after a device of it was banned."
    )

    # -- rooms ---------------------------------------------------------------------------------------------------------
    room_default_ttl_seconds: int = number(86400, 3600, 31622400, "How long a room lives when its maker does not say.")
    receipt_days: int = number(30, 1, 3650, "How long the receipt of a forgotten room is kept.")
    capsule_days: int = number(
        7, 0, 90, "How long a reported message is kept sealed beyond its room's end; 0 seals nothing."
    )
    audit_days: int = number(365, 1, 3650, "How long it is kept what operators did.")
    echo_endpoint: bool = choice(False, "true or false", "Offers /ws/echo, which protocol test suites talk to.")
    made_up_language: bool = choice(
        False, "true or false", "Offers a made-up language, from right to left, for tests of the pages."
    )
    crash_points: str = choice(
        "",
        "nothing in production, else name=chance with commas between, from 0 to 1, names as in config/settings.py",
        "Where processes kill themselves, and how likely: for tests that show that nothing is lost.",
    )

    # -- rules ---------------------------------------------------------------------------------------------------------
    @field_validator("var_dir")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator("public_url")
    @classmethod
    def _plain_address(cls, url: str | None) -> str | None:
        return url and addresses.public(url)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str | None) -> str | None:
        return url and addresses.database(url)

    @field_validator("redis_url", "broker_url")
    @classmethod
    def _known_redis(cls, url: str | None) -> str | None:
        return url and addresses.redis(url)

    @field_validator("moderation_checks", "word_list_languages", mode="before")
    @classmethod
    def _between_commas(cls, names: object) -> object:
        return tuple(name.strip() for name in names.split(",") if name.strip()) if isinstance(names, str) else names

    @field_validator("moderation_checks")
    @classmethod
    def _known_checks(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        others = set(names) - set(CHECKS)
        if others - {point.name for point in entry_points(group=CHECKS_GROUP)} or len(set(names)) < len(names):
            raise ValueError
        return names

    @field_validator("word_list_languages")
    @classmethod
    def _known_languages(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        if not codes or set(codes) - set(LANGUAGES):
            raise ValueError
        return codes

    @field_validator("crash_points")
    @classmethod
    def _known_points(cls, given: str, info: ValidationInfo) -> str:
        chances = _chances(given)
        if set(chances) - set(CRASH_POINTS) or not all(0 <= chance <= 1 for chance in chances.values()):
            raise ValueError
        if given and info.data.get("environment") == "production":
            raise ValueError
        return given

    @field_validator("secret_key", "flower_password")
    @classmethod
    def _real_secret(cls, value: str, info: ValidationInfo) -> str:
        if value:
            return _long_enough(info.field_name or "", value)
        if not {"environment", "var_dir"} <= set(info.data):
            return value  # those are wrong, and are named; nothing can be said about this one
        if info.data["environment"] == "production":
            raise ValueError
        try:
            return secret_files.read_or_make(info.data["var_dir"] / str(info.field_name))
        except OSError as error:
            raise ValueError(f"and {error.filename} can be neither read nor made ({error.strerror})") from None

    @field_validator("operator_password")
    @classmethod
    def _long_or_none(cls, value: str) -> str:
        return _long_enough("operator_password", value) if value else value

    @field_validator("socket_silence_seconds")
    @classmethod
    def _longer_than_a_ping(cls, silence: int, info: ValidationInfo) -> int:
        if silence <= info.data.get("ping_seconds", 0):
            raise ValueError("more than PING_SECONDS")
        return silence

    # -- spellings -----------------------------------------------------------------------------------------------------
    @property
    def in_production(self) -> bool:
        """Say whether real people are served."""
        return self.environment == "production"

    @property
    def crash_chances(self) -> dict[str, float]:
        """Spell the crash points as name → chance."""
        return _chances(self.crash_points)

    @property
    def embedded_valkey(self) -> bool:
        """Say whether the house runs its own Valkey server."""
        return self.redis_url is None

    @property
    def valkey_socket(self) -> Path:
        """Tell where the embedded server listens."""
        return addresses.socket_path(self.var_dir)

    @property
    def flower_host(self) -> str:
        """Tell where Flower listens: on one machine for whoever sits at it; on a server its proxy lets people in."""
        return self.host if self.in_production else "127.0.0.1"

    @property
    def sqlalchemy_url(self) -> str:
        """Spell the database's address as SQLAlchemy wants it."""
        return addresses.sqlalchemy(self.database_url or f"sqlite:///{self.var_dir / 'parley.sqlite3'}")

    @property
    def redis_connection_url(self) -> str:
        """Spell Redis's address as redis-py wants it."""
        return addresses.redis_py(self.redis_url or addresses.unix(self.valkey_socket))

    @property
    def celery_broker_url(self) -> str:
        """Spell the broker's address as Celery wants it."""
        return addresses.celery(self.broker_url or self.redis_connection_url)


def _chances(given: str) -> dict[str, float]:
    pairs = [part.partition("=") for part in given.split(",") if part.strip()]
    return {name.strip(): float(chance) for name, _, chance in pairs}


def _long_enough(name: str, value: str) -> str:
    least = SECRET_KEY_MIN_LENGTH if name == "secret_key" else FLOWER_PASSWORD_MIN_LENGTH
    if len(value) < least or not value.isprintable():
        raise ValueError
    return value


def load(**given: Any) -> Settings:
    """Read and check every setting; raise SettingsError, which names all that is wrong."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(explain(error)) from None


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Give this process's settings, or end it with an explanation when they are wrong."""
    try:
        return load()
    except SettingsError as error:
        print(error, file=sys.stderr, flush=True)  # the log is not set up yet
        raise SystemExit(WRONG_SETTINGS) from None


def explain(error: ValidationError) -> str:
    """Name every wrong setting with its value and what is allowed instead."""
    wrong = sorted({_sentence(cast("dict[str, Any]", e)) for e in error.errors()})
    count = "a setting is" if len(wrong) == 1 else f"{len(wrong)} settings are"
    return "\n".join([f"Parley cannot start: {count} wrong.", *wrong, "All settings: docs/operations.md"])


def _sentence(problem: dict[str, Any]) -> str:
    name = _field_of(str(problem["loc"][0]).upper())
    variable = _as_written(name)
    extra = cast("dict[str, str]", Settings.model_fields[name].json_schema_extra or {})
    reason = str(problem["ctx"]["error"]) if problem["type"] == "value_error" else ""
    allowed = ", ".join(filter(None, [extra["allowed"], reason]))
    return f"  {variable} is {_shown(name, problem['input'])}: allowed is {allowed}."


def _field_of(variable: str) -> str:
    """Find the field that an environment variable sets; a few have more than one name."""
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        if variable == name.upper() or (isinstance(alias, AliasChoices) and variable in alias.choices):
            return name
    raise LookupError(variable)


def _as_written(name: str) -> str:
    """Name the variable that was used, where a field has more than one."""
    alias = Settings.model_fields[name].validation_alias
    choices = alias.choices if isinstance(alias, AliasChoices) else []
    return next((str(choice) for choice in choices if choice in os.environ), name.upper())


def _shown(name: str, value: object) -> str:
    """Show a wrong value without giving a secret away."""
    if value in ("", None):
        return "missing"
    if name in SECRETS:
        return MASK
    return repr(addresses.without_password(value) if isinstance(value, str) else value)
