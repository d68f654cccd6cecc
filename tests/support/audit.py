"""Asks the package index for known holes in what Parley installs. `make check`, or `python -m tests.support.audit`.

Whoever works without the internet, or with an index that knows no advisories, is told so, and goes on; `--strict`,
which is `make audit`, takes no such answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

ASK_SECONDS, ALL_SECONDS = 5, 120
OF = "requirements/constraints.txt"


def asked() -> list[dict[str, Any]] | None:
    """What is known of each package; nothing where nobody could be asked."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--timeout"]
    command += [str(ASK_SECONDS), "--disable-pip", "--no-deps", "--requirement", OF]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ALL_SECONDS, check=False)
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return packages


def told(packages: list[dict[str, Any]] | None, *, strict: bool) -> bool:
    """Prints what is known; says whether it is good enough."""
    if packages is None:
        print("known holes: the package index could not be asked")
        return not strict
    unknown = [each for each in packages if "skip_reason" in each]
    holes = [(each, hole) for each in packages for hole in each.get("vulns", ())]
    for package, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "no release yet"
        print(f"{package['name']} {package['version']}: {hole['id']}, mended in {mended}")
    known = len(packages) - len(unknown)
    print(f"known holes: {len(holes)} in {known} packages; not known to the index: {len(unknown)}")
    return not holes and not (strict and unknown)


if __name__ == "__main__":
    raise SystemExit(0 if told(asked(), strict="--strict" in sys.argv[1:]) else 1)
