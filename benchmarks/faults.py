"""Kill a process at random instants of every change of an index: ``python -m benchmarks.faults``.

After each kill the index must be the old or the new one, keep every promise, answer as one made from nothing does, and
what had been embedded must not be embedded again (``tests/index/crashes.py`` says how each is looked at). With
``--events`` a process is killed before each file operation too. Exit status 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
OPERATIONS = ("ingest", "upsert", "delete", "compact")
LISTS = 50
"""Vectors that are searched exactly in the runs with inverted lists."""


def kill(operation: str, *arguments: str) -> list[dict[str, Any]]:
    """Kill one operation again and again; gives what was seen after each kill. Raises CalledProcessError."""
    folders = (ROOT, TESTS, TESTS / "service")
    alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # a process with threads cannot be forked safely
    done = subprocess.run(
        [sys.executable, str(TESTS / "index" / "crashes.py"), "--operation", operation, *arguments],
        env={**os.environ, **alone, "PYTHONPATH": os.pathsep.join(map(str, folders))},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> None:
    """Print a row for each operation, and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="instants of each operation")
    parser.add_argument("--events", action="store_true", help="kill also before each file operation")
    parser.add_argument("--lists", action="store_true", help="with the vectors in inverted lists")
    parser.add_argument("--seed", type=int, default=20)
    asked = parser.parse_args()
    arguments = ["--kills", str(asked.kills), "--seed", str(asked.seed), "--events", str(int(asked.events))]
    if asked.lists:
        arguments += ["--flat-max", str(LISTS)]
    print("| operation | kills at an instant | at a file operation | old state | new state | wrong | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    wrong: list[str] = []
    for operation in OPERATIONS:
        began = time.monotonic()
        seen = kill(operation, *arguments)
        kinds, states = Counter(one["kind"] for one in seen), Counter(one["state"] for one in seen)
        faults = [one["wrong"] for one in seen if one["wrong"]]
        wrong += faults
        row = (operation, kinds["instant"], kinds["event"], states["old"], states["new"], len(faults))
        print(f"| {' | '.join(map(str, row))} | {time.monotonic() - began:.0f} |", flush=True)
    for fault in wrong:
        print(fault)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
