"""The programs of docs/api.md run as they stand, and its configurations are what they should be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import serving

from index.models import SentenceTransformerEmbedder
from service.app import create_app
from service.library import Library
from service.settings import Settings

DOCS = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)


PROGRAMS = blocks("python")


@pytest.fixture(scope="module")
def address(small_index: Path, real_embedder: SentenceTransformerEmbedder) -> Iterator[str]:
    settings = Settings(data_dir=small_index)
    with serving(create_app(settings, Library(settings, real_embedder))) as address:
        yield address


@pytest.mark.parametrize("program", PROGRAMS, ids=["rest", "streaming", "openai", "protocol"])
def test_a_program_runs_as_it_stands(address: str, program: str) -> None:
    assert ADDRESS in program
    command = [sys.executable, "-W", "error", "-c", program.replace(ADDRESS, address)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Feng Shaolei" in done.stdout


def test_the_plain_example_is_short_and_shows_the_source(address: str) -> None:
    program = PROGRAMS[0]
    assert len([line for line in program.splitlines() if line.strip()]) <= 20
    command = [sys.executable, "-c", program.replace(ADDRESS, address)]
    answer, *rest = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.splitlines()
    [source] = [line.removeprefix("source: ") for line in rest if line.startswith("source: ")][:1]
    assert source in answer


def test_the_configurations_are_json() -> None:
    problem, command, http = map(json.loads, blocks("json"))
    assert set(problem) == {"type", "title", "status", "detail"}
    assert command["mcpServers"]["ibid"]["args"] == ["mcp"]
    assert http["mcpServers"]["ibid"]["url"] == f"{ADDRESS}/mcp"
