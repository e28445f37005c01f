"""`ibid ask` shows an answer as it comes about, and what of it is not borne out."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from command import Ibid
from llm_server import SSE, ScriptedServer, chunk, refuses, says, sends, words
from rich.console import Console

from service.answer import Mode
from service.library import Library
from service.telling import tell

SILT = "Where do rivers carry silt every spring?"
SAID = "Rivers carry silt towards the delta every spring [1]. They carried gold in 1999 [1]."


def told(library: Library, server: ScriptedServer, is_terminal: bool) -> tuple[str, Mode]:
    update = {"llm_base_url": server.url, "llm_model": "scripted"}
    library.settings = library.settings.model_copy(update=update)
    console = Console(file=io.StringIO(), force_terminal=is_terminal, width=200, color_system=None, highlight=False)
    answer = tell(library, SILT, None, "auto", console)
    return console.file.getvalue(), answer.mode  # type: ignore[attr-defined]  # it is the StringIO given above


@pytest.mark.parametrize("is_terminal", [True, False])
def test_the_text_is_printed_once_whether_somebody_looks_on_or_not(library: Library, is_terminal: bool) -> None:
    with ScriptedServer(says(*words(SAID))) as server:
        assert told(library, server, is_terminal) == (f"{SAID}\n", Mode.LLM)


def test_on_a_terminal_it_is_said_that_what_was_shown_does_not_count(library: Library) -> None:
    with ScriptedServer(sends(SSE, chunk("Rivers of gold"))) as server:
        shown, mode = told(library, server, is_terminal=True)
    assert shown.startswith("Rivers of gold\n\nThis does not count: ")
    assert mode is Mode.EXTRACTIVE
    assert shown.rstrip().endswith("every spring. [1]")


def test_elsewhere_only_what_counts_is_printed(library: Library) -> None:
    with ScriptedServer(sends(SSE, chunk("Rivers of gold"))) as server:
        shown, _ = told(library, server, is_terminal=False)
    assert "gold" not in shown


def _variables(server: ScriptedServer, data_dir: Path) -> dict[str, str | Path]:
    return {"IBID_LLM_BASE_URL": server.url, "IBID_LLM_MODEL": "scripted", "IBID_DATA_DIR": data_dir}


def test_sentences_that_are_not_borne_out_are_shown_with_the_reason(ibid: Ibid, data_dir: Path) -> None:
    with ScriptedServer(says(*words(SAID))) as server:
        done = ibid("ask", SILT, **_variables(server, data_dir))
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == SAID
    assert "unsupported: “1999” is not in what it cites" in lines
    assert "    They carried gold in 1999 [1]." in lines
    assert "[1] River Report, 1. Silt and Rice, p. 1" in lines
    assert "1 of 2 sentences is not borne out by what it cites" in done.err


def test_as_json_the_answer_has_its_usage(ibid: Ibid, data_dir: Path) -> None:
    with ScriptedServer(says(*words(SAID), usage=(300, 20))) as server:
        answer = json.loads(ibid("ask", SILT, "--json", **_variables(server, data_dir)).out)
    assert (answer["mode"], answer["answer"]) == ("llm", SAID)
    assert answer["usage"] == {"prompt_tokens": 300, "completion_tokens": 20}
    assert [sentence["support"] for sentence in answer["sentences"]] == ["supported", "unsupported"]


def test_quotes_only_asks_no_model(ibid: Ibid, data_dir: Path) -> None:
    with ScriptedServer(says(*words(SAID))) as server:
        answer = json.loads(ibid("ask", SILT, "--mode", "extractive", "--json", **_variables(server, data_dir)).out)
    assert (answer["mode"], answer["usage"], server.calls) == ("extractive", None, [])


def test_where_the_model_fails_the_notice_says_so(ibid: Ibid, data_dir: Path) -> None:
    with ScriptedServer(refuses(401)) as server:
        done = ibid("ask", SILT, **_variables(server, data_dir))
    assert done.code == 0
    assert "The language model did not answer" in done.err
    assert "IBID_LLM_API_KEY" in done.err


def test_a_model_that_is_not_set_is_said(ibid: Ibid, data_dir: Path) -> None:
    done = ibid("ask", SILT, "--mode", "llm", "--data-dir", data_dir)
    assert done.code == 1
    assert "IBID_LLM_BASE_URL" in done.err
