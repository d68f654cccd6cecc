"""What the package index knows of our packages is told as it is: a hole ends the check, silence does not."""

from __future__ import annotations

import pytest

from tests.support.audit import told

FINE = {"name": "flask", "version": "3.1.0", "vulns": []}
UNKNOWN = {"name": "amqp", "skip_reason": "not found"}
HOLED = {"name": "jinja2", "version": "2.4", "vulns": [{"id": "CVE-1", "fix_versions": ["2.4.1"], "aliases": []}]}


@pytest.mark.parametrize(
    ("packages", "good", "strictly", "says"),
    [
        ([FINE], True, True, "0 in 1 packages"),
        ([FINE, UNKNOWN], True, False, "not known to the index: 1"),
        (None, True, False, "could not be asked"),
        ([FINE, HOLED], False, False, "jinja2 2.4: CVE-1, mended in 2.4.1"),
    ],
)
def test_a_hole_ends_the_check_and_silence_only_a_strict_one(
    packages: list[dict[str, object]] | None, good: bool, strictly: bool, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(packages, strict=False) is good
    assert says in capsys.readouterr().out
    assert told(packages, strict=True) is strictly
