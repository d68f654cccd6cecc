"""Keys: a pair of which the public half seals what was reported, and the operator's password as it is kept."""

from __future__ import annotations

import argparse
import getpass
import os
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from app.chat import seals


class Impossible(ValueError):
    """It cannot be done; the text says why."""


def add_to(commands: Any) -> None:
    """Add the commands."""
    pair = commands.add_parser("key", help="make a private key, and print OPERATOR_KEY; best on another machine")
    pair.add_argument("file", type=Path, help="where the private key is to be kept")
    pair.set_defaults(act=make_pair)
    password = commands.add_parser("password", help="ask for a password, and print OPERATOR_PASSWORD")
    password.set_defaults(act=hash_password)


def make_pair(asked: argparse.Namespace) -> None:
    """Make a private key in a file that is not there yet, and print the public one."""
    private = seals.new_private_key()
    try:
        with os.fdopen(os.open(asked.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(private + "\n")
    except OSError as error:
        raise Impossible(f"{asked.file} cannot be made: {error.strerror}.") from None
    print(f"OPERATOR_KEY={seals.public_of(private)}")


def hash_password(_asked: argparse.Namespace) -> None:
    """Print what is kept of a password."""
    # In quotes: a shell and a .env file would read the dollar signs.
    hashed = PasswordHasher().hash(getpass.getpass("The operator's password: "))
    print(f"OPERATOR_PASSWORD='{hashed}'")
