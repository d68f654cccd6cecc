"""What people read is written in English where it belongs, and said in the reader's language at the edge."""


def english(text: str) -> str:
    """Mark a text that is translated when it is shown; `make words` finds it by this."""
    return text


def plural(one: str, many: str) -> tuple[str, str]:
    """Mark a text about a number (`%(num)d`), as it is for one and for many."""
    return one, many
