"""The command prints results on stdout and all else on stderr, and its exit status says whether it went well."""

from __future__ import annotations

import csv
import gc
import io
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx2
import pytest
import typer
from command import Ibid
from llm_server import Call, ScriptedServer, stalls
from texts import CORPUS, REPORT, read_again

from index.store import FILE
from ingest.errors import ServerError
from service.cli import _listen, _settle, run
from service.settings import Settings

IBID = Path(sys.executable).with_name("ibid")
VALDAI = CORPUS / "valdai-shanghai-2016.txt"
COMMANDS = ("ingest", "serve", "ask", "search", "documents", "delete", "footnotes", "inspect", "doctor", "eval")
OPENED = "Who opened the Shanghai conference of March 2016?"
START_S = 60


# --- help ----------------------------------------------------------------------------------------------------


def test_help_answers_without_loading_what_is_heavy() -> None:
    program = f"""
import sys
from eval.cli import main
for command in [(), *((name,) for name in {COMMANDS})]:
    sys.argv = ["ibid", *command, "--help"]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, command
heavy = {{"torch", "faiss", "tantivy", "transformers", "sentence_transformers", "numpy", "fastapi", "uvicorn"}}
sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Usage:") == 1 + len(COMMANDS)


def test_the_installed_command_lists_what_there_is() -> None:
    done = subprocess.run([IBID, "--help"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f" {command} " in done.stdout for command in COMMANDS)


@pytest.mark.parametrize("arguments", [["nothing"], ["ask"], ["ask", "x", "--kk", "3"], ["search", "x", "-k", "many"]])
def test_a_mistyped_command_is_a_usage_error(ibid: Ibid, arguments: list[str]) -> None:
    done = ibid(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Usage: ibid" in done.err
    assert "--help" in done.err


# --- ingest --------------------------------------------------------------------------------------------------


def test_ingesting_says_on_stdout_what_came_of_it_and_its_progress_on_stderr(ibid: Ibid, tmp_path: Path) -> None:
    arguments = ("ingest", VALDAI, "--data-dir", tmp_path / "data")
    first = ibid(*arguments)
    assert (first.code, first.out) == (0, "valdai-shanghai-2016: 9 passages, 0 footnotes (9 passages embedded)\n")
    assert "ingesting valdai-shanghai-2016" in first.err
    again = ibid(*arguments)
    assert (again.code, again.out, again.err) == (0, "valdai-shanghai-2016: 9 passages, 0 footnotes (unchanged)\n", "")
    [row] = json.loads(ibid(*arguments, "--json").out)
    assert (row["id"], row["passages"], row["embedded"], row["changed"]) == ("valdai-shanghai-2016", 9, 0, False)


def test_without_paths_the_corpus_folder_is_ingested(ibid: Ibid, data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "goats.txt").write_text("Goats\n\nThree goats graze.")
    done = ibid("ingest", IBID_DATA_DIR=data_dir, IBID_CORPUS_DIR=tmp_path / "mine")
    assert (done.code, done.out) == (0, "goats: 1 passages, 0 footnotes (1 passages embedded)\n")


def test_a_rebuild_under_other_settings_serves_again(ibid: Ibid, data_dir: Path) -> None:
    where = {"IBID_DATA_DIR": data_dir, "IBID_MAX_TOKENS": "60"}
    refused = ibid("search", "conference", **where)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.endswith("was built with max_tokens 120, now it is 60; run: ibid ingest --rebuild\n")
    rebuilt = ibid("ingest", "--rebuild", **where)
    assert rebuilt.code == 0
    assert [line.partition(":")[0] for line in rebuilt.out.splitlines()] == ["river-report", "valdai-shanghai-2016"]
    assert ibid("search", "conference", **where).code == 0
    assert {path.name for path in data_dir.iterdir()} >= {FILE, f"{FILE}.old"}


# --- questions -----------------------------------------------------------------------------------------------


def test_an_answer_is_printed_with_its_places_and_notes(ibid: Ibid, data_dir: Path) -> None:
    done = ibid("ask", "Where do rivers carry silt every spring?", "--data-dir", data_dir)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("Rivers carry silt towards the delta every spring. [1]")
    assert "[1] River Report, 1. Silt and Rice, p. 1" in lines
    assert '    note 1: Ada Marsh, "On Silt," River Press, 2019. URL: https://example.org/silt' in lines


def test_an_answer_as_json_re_reads_from_the_source(ibid: Ibid, data_dir: Path) -> None:
    done = ibid("ask", OPENED, "--json", "-k", "3", "--data-dir", data_dir)
    assert (done.code, done.err) == (0, "")
    answer = json.loads(done.out)
    assert len(answer["hits"]) == 3
    source = VALDAI.read_bytes().decode()
    for citation in answer["citations"]:
        assert read_again(source, citation["spans"]) == citation["quote"]
        assert citation["verified"] is True


def test_an_abstention_shows_what_is_not_met_and_the_nearest_passages(ibid: Ibid, data_dir: Path) -> None:
    done = ibid("ask", "How many moons has Jupiter in 1610, Galileo?", "-k", "2", "--data-dir", data_dir)
    assert done.code == 0
    assert done.out.startswith("The documents do not seem to answer this.")
    assert "not met: no passage found speaks of 1610" in done.out.splitlines()
    places = [line for line in done.out.splitlines() if line.endswith(")") and ", p. " in line]
    assert [place[:3] for place in places] == ["1. ", "2. "]


def test_a_quote_that_is_not_verified_says_so(ibid: Ibid, data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        connection.execute("UPDATE documents SET text = replace(text, 'Rivers carry', 'Rovers carry')")
        connection.commit()
    done = ibid("ask", "Where do rivers carry silt every spring?", "--data-dir", data_dir)
    assert "[1] River Report, 1. Silt and Rice, p. 1 — NOT VERIFIED" in done.out.splitlines()


def test_a_search_prints_passages_best_first(ibid: Ibid, data_dir: Path) -> None:
    shown = ibid("search", "herons nest in reeds", "-k", "2", "--data-dir", data_dir)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines()[1].startswith("1. River Report, 1. Silt and Rice, p. 1  (")
    hits = json.loads(ibid("search", "herons nest in reeds", "-k", "2", "--json", "--data-dir", data_dir).out)
    assert len(hits) == 2
    assert hits[0]["score"] >= hits[1]["score"]
    for hit in hits:
        assert read_again(REPORT, hit["spans"]) == hit["text"]
        assert hit["text"] in shown.out


def test_texts_are_printed_as_they_stand(ibid: Ibid, data_dir: Path, tmp_path: Path) -> None:
    odd = r"A :smile: is [bold]not[/bold] bold, nor is [/red] red or C:\[1] a path, and this ends in a \\"
    (tmp_path / "odd.txt").write_text(f"Odd Signs\n\n{odd}", encoding="utf-8")
    assert ibid("ingest", tmp_path / "odd.txt", "--data-dir", data_dir).code == 0
    assert odd in ibid("search", "smile bold path", "-k", "1", "--data-dir", data_dir).out.splitlines()
    assert odd in ibid("ask", "What is not bold, nor red, a smile?", "--data-dir", data_dir).out


def test_footnotes_are_listed_with_how_they_were_found(ibid: Ibid, data_dir: Path) -> None:
    listed = json.loads(ibid("footnotes", "river-report", "--json", "--data-dir", data_dir).out)
    assert [(note["number"], note["found"], note["marker"][0]) for note in listed] == [
        (number, "printed", REPORT.index(sign)) for number, sign in ((1, "¹"), (2, "²"), (3, "³"))
    ]
    assert [note["caller_text"] for note in listed][1:] == [
        "Herons nest in the reeds of the old canal.",
        "The ferry of Southgate sails twice a day.",
    ]
    shown = ibid("footnotes", "river-report", "--data-dir", data_dir)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines()[0].split() == [
        *("note", "page", "found", "sure", "markers"),
        *("called", "by"),
        "text",
    ]
    assert all(word in shown.out for word in ("Ada Marsh", "Ben Reed", "Cora Quay", "Herons nest"))
    none = ibid("footnotes", "valdai-shanghai-2016", "--data-dir", data_dir)
    assert (none.code, none.out, none.err) == (0, "", "No footnotes were found in it\n")


def test_footnotes_as_csv_have_the_columns_of_the_json(ibid: Ibid, data_dir: Path) -> None:
    listed = json.loads(ibid("footnotes", "river-report", "--json", "--data-dir", data_dir).out)
    done = ibid("footnotes", "river-report", "--csv", "--data-dir", data_dir)
    assert (done.code, done.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
    assert [list(row) for row in rows] == [list(note) for note in listed]
    assert [row["text"] for row in rows] == [note["text"] for note in listed]
    assert rows[0]["spans"] == " ".join(f"{start}-{end}" for start, end in listed[0]["spans"])
    assert rows[0]["refers_to"] == ""
    without = ibid("footnotes", "valdai-shanghai-2016", "--csv", "--data-dir", data_dir)
    assert without.out.splitlines() == [",".join(listed[0])]


def test_footnotes_are_printed_in_one_form(ibid: Ibid, data_dir: Path) -> None:
    done = ibid("footnotes", "river-report", "--json", "--csv", "--data-dir", data_dir)
    assert (done.code, done.out) == (2, "")
    assert "--json and --csv cannot both be printed" in done.err


# --- serve ---------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def fetch(url: str, body: object = None) -> dict[str, object]:
    with httpx2.Client(trust_env=False, timeout=30) as client:
        answer = client.get(url) if body is None else client.post(url, json=body)
    answer.raise_for_status()
    found: dict[str, object] = answer.json()
    return found


@contextmanager
def serving(data_dir: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The installed command's ``serve``, in a process of its own; ends when the block does."""
    variables = {"IBID_DATA_DIR": str(data_dir), "IBID_CORPUS_DIR": str(data_dir / "none")}
    command = [str(IBID), "serve", "--port", str(port), "--json"]
    server = subprocess.Popen(
        command, env=os.environ | variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield server
    finally:
        server.kill()
        server.communicate()


def test_serving_says_where_answers_there_and_ends_with_ctrl_c(ibid: Ibid, data_dir: Path) -> None:
    port = free_port()
    with serving(data_dir, port) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        assert "Ibid answers at" in server.stderr.readline()
        assert fetch(f"http://127.0.0.1:{port}/readyz")["documents"] == 2
        answer = fetch(f"http://127.0.0.1:{port}/v1/ask", {"question": OPENED})
        assert "Feng Shaolei" in str(answer["answer"])

        busy = ibid("serve", "--port", str(port), IBID_DATA_DIR=data_dir)
        assert (busy.code, busy.out) == (1, "")
        assert busy.err == (
            f"ibid: cannot listen on 127.0.0.1:{port} (Address already in use); "
            "stop what uses it, or choose another with --host and --port\n"
        )

        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=20)
        assert server.returncode == 130  # as of any command that Ctrl+C ends
        assert "Traceback" not in err
        assert json.loads(out) == {"url": f"http://127.0.0.1:{port}", "documents": 2}


def test_on_an_empty_index_the_corpus_is_ingested_first(ibid: Ibid, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "goats.txt").write_text("Goats\n\nThree goats graze on the steppe.")
    port = free_port()
    found: list[dict[str, object]] = []
    visitor = threading.Thread(target=visit, args=(port, found))
    visitor.start()
    done = ibid("serve", "--port", str(port), IBID_DATA_DIR=tmp_path / "data", IBID_CORPUS_DIR=tmp_path / "corpus")
    visitor.join()
    assert done.code == 130
    assert "ingesting goats" in done.err
    assert f"Ibid answers at http://127.0.0.1:{port} (stop with Ctrl+C)" in done.err
    assert done.out == ""
    [ready] = found
    assert (ready["status"], ready["documents"]) == ("ready", 1)


def test_without_a_corpus_folder_an_empty_index_is_served_and_says_so(ibid: Ibid, tmp_path: Path) -> None:
    port = free_port()
    found: list[dict[str, object]] = []
    visitor = threading.Thread(target=visit, args=(port, found))
    visitor.start()
    variables = {"IBID_DATA_DIR": tmp_path / "data", "IBID_CORPUS_DIR": tmp_path / "none", "IBID_PORT": str(port)}
    done = ibid("serve", "--json", **variables)
    visitor.join()
    assert f"The index is empty and there is no folder {tmp_path / 'none'}; add documents: ibid ingest PATH" in done.err
    assert json.loads(done.out) == {"url": f"http://127.0.0.1:{port}", "documents": 0}
    assert found[0]["documents"] == 0


def test_an_answer_that_is_still_open_when_serving_ends_is_cut_and_can_be_told_to_be(
    ibid: Ibid, data_dir: Path
) -> None:
    port = free_port()
    lines: list[str] = []

    def look_on() -> None:
        try:
            wait_until_ready(port)
            url, body = f"http://127.0.0.1:{port}/v1/ask", {"question": OPENED, "stream": True, "mode": "llm"}
            with httpx2.Client(trust_env=False, timeout=30) as client, client.stream("POST", url, json=body) as told:
                for line in told.iter_lines():
                    lines.append(line)
                    if line == "event: token":
                        os.kill(os.getpid(), signal.SIGINT)
        except httpx2.RemoteProtocolError as error:
            lines.append(str(error))

    with ScriptedServer(stalls("Feng")) as model:
        variables = {"IBID_LLM_BASE_URL": model.url, "IBID_LLM_MODEL": "scripted", "IBID_STOP_S": "1"}
        looker = threading.Thread(target=look_on)
        looker.start()
        begun = time.monotonic()
        done = ibid("serve", "--port", str(port), IBID_DATA_DIR=data_dir, **variables)
        looker.join(START_S)
        assert model.calls[0].hung_up.wait(5)
    assert time.monotonic() - begun < START_S
    assert done.code == 130
    assert "event: token" in lines
    assert not {"event: answer", "event: problem"} & set(lines)
    assert "incomplete" in lines[-1]


def test_a_question_that_is_not_answered_yet_when_serving_ends_is_told_so(ibid: Ibid, data_dir: Path) -> None:
    port = free_port()
    answers: list[httpx2.Response] = []

    def ask() -> None:
        wait_until_ready(port)
        url, body = f"http://127.0.0.1:{port}/v1/ask", {"question": OPENED, "mode": "llm"}
        with httpx2.Client(trust_env=False, timeout=30) as client:
            answers.append(client.post(url, json=body))

    async def stalls_and_stops(call: Call) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        await call.gone()

    with ScriptedServer(stalls_and_stops) as model:
        variables = {"IBID_LLM_BASE_URL": model.url, "IBID_LLM_MODEL": "scripted", "IBID_STOP_S": "1"}
        asker = threading.Thread(target=ask)
        asker.start()
        done = ibid("serve", "--port", str(port), IBID_DATA_DIR=data_dir, **variables)
        asker.join(START_S)
    assert done.code == 130
    assert "Traceback" not in done.err
    [answer] = answers
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.json()["detail"] == "the service was stopped before it could answer; ask again when it is back"


def wait_until_ready(port: int) -> dict[str, object]:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            return fetch(f"http://127.0.0.1:{port}/readyz")
        except httpx2.TransportError:
            time.sleep(0.05)
    raise TimeoutError


def visit(port: int, found: list[dict[str, object]]) -> None:
    """Wait until the service is ready, and end it as Ctrl+C does."""
    with suppress(TimeoutError):
        found.append(wait_until_ready(port))
    os.kill(os.getpid(), signal.SIGINT)


def test_a_port_is_taken_before_anything_is_loaded_so_that_two_services_cannot_share_it() -> None:
    settings = Settings(port=free_port())
    with _listen(settings), pytest.raises(ServerError, match="Address already in use"), _listen(settings):
        pass


def test_what_is_there_when_serving_begins_is_not_gone_through_for_garbage_again() -> None:
    loaded = [["a library's object"]]
    assert any(known is loaded for known in gc.get_objects())
    try:
        _settle()
        assert not any(known is loaded for known in gc.get_objects())
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a..b", "1.2.3.4"])
def test_a_host_that_cannot_be_listened_on_is_one_sentence(ibid: Ibid, data_dir: Path, host: str) -> None:
    done = ibid("serve", "--host", host, IBID_DATA_DIR=data_dir)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"ibid: cannot listen on {host}:8000 (")
    assert done.err.endswith("); stop what uses it, or choose another with --host and --port\n")


def test_an_address_of_version_6_can_be_listened_on() -> None:
    with _listen(Settings(host="::1", port=free_port())) as listener:
        assert listener.family == socket.AF_INET6


def test_what_the_operating_system_refuses_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    command = typer.Typer()

    @command.command()
    def fill() -> None:
        raise OSError(28, "No space left on device", "/data/ibid.sqlite3")

    argv, sys.argv = sys.argv, ["ibid"]
    try:
        with pytest.raises(SystemExit) as ended:
            run(command)
    finally:
        sys.argv = argv
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (1, "")
    assert err == (
        "ibid: [Errno 28] No space left on device: '/data/ibid.sqlite3'; check the path and its permissions\n"
    )


def test_nothing_is_left_of_the_folders_of_a_test(tmp_path: Path, data_dir: Path) -> None:
    """The copy that a test may change is no link to what the others read."""
    shutil.rmtree(data_dir)
    assert list(tmp_path.iterdir()) == []
