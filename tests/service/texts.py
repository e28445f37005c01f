"""Small documents of which everything is known: footnotes, a table, three pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "corpus"

REPORT = """River Report

1. Silt and Rice

Rivers carry silt towards the delta every spring.¹ Farmers of the delta grow rice by hand. The harvest of 2021 weighed \
5,400 tonnes.

Herons nest in the reeds of the old canal.²

¹ Ada Marsh, "On Silt," River Press, 2019. URL: https://example.org/silt
² Ben Reed, "Herons," Canal Letters, 2020.

1 Annals of Rivers

2. Boats

Table 1. Boats by Harbour

| Harbour | Boats | Crew |
|---|---|---|
| Northgate | 41 | 120 |
| Southgate | 7 | 19 |

The ferry of Southgate sails twice a day.³ It carries mail and oranges. Old ferrymen remember the flood.

³ Cora Quay, "Ferries," Harbour Notes, 2021.

2 Annals of Rivers

3. Floods

The flood of 1953 broke the dam at Westmere. Nobody had mended it.

3 Annals of Rivers
"""

LIGHTHOUSES = """Lighthouses

The lighthouse of Cape Merrow was lit in 1871. Its keeper kept three goats and a telescope.
"""


def put_in_place(file: Path, data: bytes) -> None:
    """Put another file in the place of an index, as a restored backup or a broken disk does.

    The write-ahead log of the one before goes with it: out of that alone SQLite would mend the file.
    """
    for old in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        old.unlink(missing_ok=True)
    file.write_bytes(data)


def read_again(source: str, spans: Iterable[Sequence[int]]) -> str:
    """Read spans of a source as anyone can: slice, join, and make one blank of every run of white space.

    A run with a blank line in it is read as a line end.
    """
    joined = "".join(source[start:end] for start, end in spans).replace("&quot;", '"').replace("&amp;", "&")
    return re.sub(r"\s+", lambda run: "\n" if run.group().count("\n") > 1 else " ", joined).strip()
