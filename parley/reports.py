"""What was reported: the queue, what is sealed, rooms to close, networks to ban, and what operators did."""

from __future__ import annotations

import argparse
import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.bus import bell, chain
from app.chat import State, seals
from app.chat.bans import is_handle, network_handle
from app.chat.reports import Case
from app.store import audit, bans, cases, rooms
from config.settings import PRIVATE_KEY_FILE, settings

COMMAND, OPERATOR = "command", "operator"
"""How the audit log names whoever acts here, and how a room's own ledger does."""

MOST = 500
DAYS_MAX = 366


class Impossible(ValueError):
    """It cannot be done; the text says why."""


def add_to(commands: Any) -> None:
    """Add the commands."""
    parser = commands.add_parser("reports", help="what was reported, and what can be done about it")
    acts = parser.add_subparsers(required=True)
    _add(acts, "list", list_cases, "what waits").add_argument(
        "--all", action="store_true", help="also what somebody is done with"
    )
    shown = _add(acts, "show", show, "open what is sealed")
    shown.add_argument("case", help="its id, or how that begins")
    shown.add_argument("--key", type=Path, help="the file with the private key; the one in var/ if there is one")
    _add(acts, "settle", settle, "be done with a case").add_argument("case")
    _add(acts, "close-room", close_room, "close and forget a room now").add_argument("name")
    banned = _add(acts, "ban-network", ban_network, "let nobody of a network write for a time")
    banned.add_argument("network", help="an address in it, or its handle as `show` prints it")
    banned.add_argument("--days", type=int, default=7)
    _add(acts, "unban-network", unban_network, "lift a ban").add_argument("network")
    _add(acts, "bans", list_bans, "which networks are banned")
    _add(acts, "audit", show_audit, "what operators did")


def _add(acts: Any, name: str, act: Any, what: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = acts.add_parser(name, help=what)
    parser.set_defaults(act=act)
    return parser


def list_cases(asked: argparse.Namespace) -> None:
    """Print the queue, no word of any message."""
    for case in cases.queue(MOST, settled=asked.all):
        dies = f", deleted {_time(case.dies_at)}" if case.dies_at else ""
        kept = f"{'sealed' if case.sealed else 'not sealed'}{dies}"
        print(f"{case.id}  {_time(case.at)}  /{case.room_name}  {case.reports} reports, {kept}")


def show(asked: argparse.Namespace) -> None:
    """Open a case with the private key, and print what is in it."""
    case = _case(asked.case)
    if not case.sealed:
        raise Impossible("Nothing is sealed of that case: OPERATOR_KEY was not set, or CAPSULE_DAYS is 0.")
    audit.note(_now(), COMMAND, "open", case.id)
    private = _private_key(asked.key)
    try:
        content = json.loads(seals.unsealed(private, case.sealed))
        if sealed := content["author"].get("network"):
            content["author"]["network"] = seals.unsealed(private, b64decode(sealed)).decode()
    except seals.CannotOpen:
        raise Impossible("That key does not open it: it was sealed for another one.") from None
    # Escaped, so that nothing somebody wrote steers a terminal.
    print(json.dumps(content, indent=2))


def settle(asked: argparse.Namespace) -> None:
    """Be done with a case, until somebody reports its message again."""
    cases.settle(_case(asked.case).id, _now(), COMMAND)


def close_room(asked: argparse.Namespace) -> None:
    """Close a room for everyone; it is forgotten as at every end."""
    room = rooms.find(asked.name.strip().lower())
    if room is None:
        raise Impossible("There is no room of that name.")
    audit.note(_now(), COMMAND, "close-room", room.id)
    rooms.change(room.id, _now(), by=OPERATOR, state=State.CLOSED, ends_at=_now())
    chain.close(room.id, room.name)
    print(f"/{room.name} is closed and being forgotten.")


def ban_network(asked: argparse.Namespace) -> None:
    """Ban a network by an address in it, which is kept nowhere, or by its handle."""
    if not 1 <= asked.days <= DAYS_MAX:
        raise Impossible(f"A ban lasts from 1 to {DAYS_MAX} days.")
    handle = _handle(asked.network)
    bans.ban(handle, _now() + timedelta(days=asked.days), _now(), COMMAND)
    bell.banned()
    print(f"{handle} is banned for {asked.days} days.")


def unban_network(asked: argparse.Namespace) -> None:
    """Lift a ban."""
    if not bans.unban(_handle(asked.network), _now(), COMMAND):
        raise Impossible("That network is not banned.")
    bell.banned()


def list_bans(_asked: argparse.Namespace) -> None:
    """Print which networks are banned, by their handles."""
    for handle, until in bans.active(_now()).items():
        print(f"{handle}  until {_time(until)}")


def show_audit(_asked: argparse.Namespace) -> None:
    """Print what operators did, newest first."""
    for entry in audit.page(MOST):
        print(f"{_time(entry.at)}  {entry.by}  {entry.action}  {entry.about}".rstrip())


def _case(case_id: str) -> Case:
    case = cases.find(case_id)
    if case is None:
        raise Impossible("There is no such case, or more than one begins so.")
    return case


def _private_key(file: Path | None) -> str:
    try:
        return (file or settings().var_dir / PRIVATE_KEY_FILE).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise Impossible("The private key cannot be read. Name its file with --key.") from None


def _handle(meant: str) -> str:
    handle = meant if is_handle(meant) else network_handle(settings().secret_key, meant)
    if not handle:
        raise Impossible("That is neither an address nor a handle.")
    return handle


def _now() -> datetime:
    return datetime.now(UTC)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
