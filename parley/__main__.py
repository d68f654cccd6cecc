"""`python -m parley …`: keys, the operator's password, and what was reported."""

from __future__ import annotations

import argparse
import sys

from app.chat.refusals import Refusal
from parley import keys, reports


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; answer its exit status."""
    asked = _parser().parse_args(arguments)
    try:
        asked.act(asked)
    except (reports.Impossible, keys.Impossible, Refusal) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m parley", description=__doc__)
    commands = parser.add_subparsers(required=True)
    keys.add_to(commands)
    reports.add_to(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
