"""What the API's description says is what the service does, whatever is sent: schemathesis finds no contradiction."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from anyio import to_thread
from serving import serving

from service.answer import Event
from service.app import create_app
from service.asker import Asker, told
from service.asking import Asking
from service.library import Library

COMMAND = "from schemathesis.cli import schemathesis; schemathesis()"
OPTIONS = "--max-examples 10 --generation-deterministic --continue-on-failure --no-color --warnings off"
# A schema cannot say that a slice begins before its text ends, a page stands before another, a message is a user's.
CONFIG = """
[[operations]]
include-operation-id = ["search", "ask", "get_text", "add_document", "create_chat_completion"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "422"]
"""


@dataclass
class Quoting:
    """A ``Writer`` that only quotes, so that every way of answering is there."""

    library: Library

    async def events(self, asking: Asking) -> AsyncGenerator[Event, None]:
        """The events of an answer by quoting."""
        for event in told(await to_thread.run_sync(self.library.answer, asking)):
            yield event


def test_no_request_contradicts_the_description(library: Library, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    with serving(create_app(library.settings, library, Asker(library, Quoting(library)))) as address:
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, "run", f"{address}/openapi.json", *OPTIONS.split()],
            cwd=tmp_path,
            env=os.environ | {"PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "16 selected / 16 total" in done.stdout
