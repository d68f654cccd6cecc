"""Looks for a text that the rules trip over, guided by what of their code it reaches: `python -m tests.fuzz.texts`.

Every rule either answers or refuses, and what it has cleaned once it finds clean. A finding is written into a file;
the same command with that file shows it again. Options are libFuzzer's (https://llvm.org/docs/LibFuzzer.html).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["app.chat"]):
    from app.chat import (
        Refusal,
        clean_code,
        clean_name,
        clean_nickname,
        clean_rules,
        clean_sites,
        clean_text,
        clean_title,
        is_question,
        nickname_key,
    )

TEXT_MAX = 4096
NICKNAME_MAX = 24
SITES_MAX = 20
RULES: dict[str, Callable[[str], str | None]] = {
    "text": clean_text,
    "nickname": lambda raw: clean_nickname(raw, NICKNAME_MAX),
    "title": lambda raw: clean_title(raw, TEXT_MAX),
    "rules": lambda raw: clean_rules(raw, TEXT_MAX),
    "name": clean_name,
    "code": clean_code,
    "site": lambda raw: clean_sites([raw], SITES_MAX)[0],
}


def any_text(data: bytes) -> None:
    """Holds one text against all rules."""
    raw = atheris.FuzzedDataProvider(data).ConsumeUnicode(TEXT_MAX)
    is_question(raw)
    nickname_key(raw)
    for name, clean in RULES.items():
        with suppress(Refusal):
            once = clean(raw)
            if once is not None and clean(once) != once:
                raise AssertionError(f"{name}: not clean after it was cleaned: {raw!a} became {once!a}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, any_text)
    atheris.Fuzz()
