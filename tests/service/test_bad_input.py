"""Bad input to the command: one clear sentence on stderr, the right exit status, and nothing half-written."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest
from command import Ibid, Outcome
from texts import put_in_place

from index.store import FILE

GOOD = "Goats\n\nThree goats graze on the steppe.\n"


def is_one_sentence(done: Outcome) -> str:
    """Check that a command failed with one sentence that says what to do, and give it."""
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("ibid: ")
    assert done.err.count("\n") == 1, done.err
    assert "Traceback" not in done.err
    assert ";" in done.err  # what is wrong; what to do
    return done.err.removeprefix("ibid: ").rstrip("\n")


def contents(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, by name; SQLite's own side files left out, they hold nothing of their own."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "goats.txt"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.mark.parametrize("rebuild", [[], ["--rebuild"]])
@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("empty.txt", b"", "empty.txt is empty; give a file with text in it"),
        ("blank.md", b"\n \n", "blank.md is empty; give a file with text in it"),
        ("mark.txt", b"\xef\xbb\xbf", "mark holds no text; give a file with text in it"),
        ("latin.txt", b"caf\xe9", "latin.txt is not UTF-8 text (byte 3); save it as UTF-8 plain text and try again"),
        ("nul.txt", b"a\0b", "nul.txt holds NUL characters, so it is no plain text; save it as UTF-8 plain text"),
        ("report.pdf", b"%PDF-1.7", "report.pdf is not a kind of file that can be read; give one of: .md, .txt"),
        ("missing.txt", None, "{path} does not exist; check the path"),
        ("folder", None, "the folder {path} holds no .txt or .md file; give a folder or file with text"),
        ("goats.md", GOOD.encode(), "{good} and {path} would both be document 'goats'; rename one of them"),
    ],
)
def test_a_source_that_cannot_be_read_changes_nothing(
    ibid: Ibid,
    small_index: Path,
    good: Path,
    tmp_path: Path,
    name: str,
    data: bytes | None,
    sentence: str,
    held: bool,
    rebuild: list[str],
) -> None:
    where, path = tmp_path / "index", tmp_path / name
    if held:
        shutil.copytree(small_index, where)
    if data is not None:
        path.write_bytes(data)
    elif name == "folder":
        path.mkdir()
        (path / "picture.png").write_bytes(b"png")
    before = contents(tmp_path)
    done = ibid("ingest", *rebuild, good, path, IBID_DATA_DIR=where)
    assert is_one_sentence(done) == sentence.format(path=path, good=good)
    assert contents(tmp_path) == before
    assert where.exists() == held


def test_a_corpus_folder_that_is_not_there_or_empty_is_one_sentence(ibid: Ibid, tmp_path: Path) -> None:
    variables = {"IBID_DATA_DIR": tmp_path / "data", "IBID_CORPUS_DIR": tmp_path / "corpus"}
    assert is_one_sentence(ibid("ingest", **variables)) == f"{tmp_path / 'corpus'} does not exist; check the path"
    (tmp_path / "corpus").mkdir()
    assert "holds no .txt or .md file" in is_one_sentence(ibid("ingest", **variables))
    assert not (tmp_path / "data").exists()


def test_a_corpus_text_that_is_not_what_its_manifest_names_is_one_sentence(ibid: Ibid, good: Path) -> None:
    entry = f'[[document]]\nid = "goats"\nfile = "goats.txt"\ntitle = "Goats"\nsha256 = "{"0" * 64}"\n'
    (good.parent / "corpus.toml").write_text(entry)
    said = is_one_sentence(ibid("ingest", good.parent, IBID_DATA_DIR=good.parent / "data"))
    assert "goats.txt is not the text its manifest names" in said
    assert not (good.parent / "data").exists()


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("", "the question is empty; ask something"),
        (" \n", "the question is empty; ask something"),
        ("x" * 1_000_000, "the question has 1000000 characters, more than 4000; shorten it"),
        ("caf\udce9", "the question is no well-formed text; write it in UTF-8"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_sentence(
    ibid: Ibid, data_dir: Path, command: str, question: str, sentence: str
) -> None:
    before = contents(data_dir)
    assert is_one_sentence(ibid(command, question, IBID_DATA_DIR=data_dir)) == sentence
    assert contents(data_dir) == before


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("k", ["0", "-1", "101", "many", ""])
def test_an_impossible_k_is_a_usage_error(ibid: Ibid, data_dir: Path, command: str, k: str) -> None:
    done = ibid(command, "herons", "-k", k, IBID_DATA_DIR=data_dir)
    assert (done.code, done.out) == (2, "")
    assert "Invalid value for '-k'" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("document", ["nothing", "", "caf\udce9"])
def test_an_unknown_document_is_one_sentence(ibid: Ibid, data_dir: Path, document: str) -> None:
    said = is_one_sentence(ibid("footnotes", document, IBID_DATA_DIR=data_dir))
    assert said == f"there is no document {document!r}; the index has river-report, valdai-shanghai-2016"


@pytest.mark.parametrize("command", [["ask", "x"], ["search", "x"], ["footnotes", "x"], ["eval"]])
def test_without_an_index_there_is_one_sentence_and_none_is_made(
    ibid: Ibid, tmp_path: Path, command: list[str]
) -> None:
    done = ibid(*command, IBID_DATA_DIR=tmp_path / "data")
    assert (
        is_one_sentence(done)
        == f"there is no index in {tmp_path / 'data'}; run: ibid ingest PATH, or set IBID_DATA_DIR"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", [["ask", "x"], ["search", "x"], ["footnotes", "river-report"], ["eval"], ["ingest"], ["serve"]]
)
@pytest.mark.parametrize("damage", ["overwritten", "cut"])
def test_a_corrupt_index_is_one_sentence_and_left_as_it_is(
    ibid: Ibid, data_dir: Path, good: Path, command: list[str], damage: str
) -> None:
    file = data_dir / FILE
    data = file.read_bytes()
    put_in_place(file, b"\xde\xad\xbe\xef" * (len(data) // 4) if damage == "overwritten" else data[:6000])
    before = contents(data_dir)
    arguments = [*command, str(good)] if command == ["ingest"] else command
    said = is_one_sentence(ibid(*arguments, IBID_DATA_DIR=data_dir, IBID_CORPUS_DIR=data_dir / "none"))
    assert "is damaged" in said
    assert said.endswith("run: ibid ingest --rebuild PATH, with the files that it held")
    assert contents(data_dir) == before


def test_a_busy_port_is_one_sentence_before_anything_is_loaded(ibid: Ibid, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        said = is_one_sentence(ibid("serve", "--port", str(port), IBID_DATA_DIR=tmp_path / "data"))
    assert said.startswith(f"cannot listen on 127.0.0.1:{port} (Address already in use); stop what uses it")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", [["ask", "x"], ["search", "x"], ["ingest"], ["ingest", "--rebuild"], ["serve"], ["eval"]]
)
def test_a_folder_without_weights_is_one_sentence(
    ibid: Ibid, data_dir: Path, good: Path, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "model").mkdir()
    before = contents(tmp_path)
    arguments = [*command, str(good)] if command[0] == "ingest" else command
    said = is_one_sentence(ibid(*arguments, IBID_DATA_DIR=data_dir, IBID_MODEL=tmp_path / "model"))
    assert said.startswith("the model's file model.safetensors cannot be read (No such file or directory); ")
    assert said.endswith("or set IBID_MODEL to a folder that holds a model")
    assert contents(tmp_path) == before


def test_a_model_that_there_is_not_leaves_no_index_that_fits_nothing(ibid: Ibid, good: Path) -> None:
    where = good.parent / "data"
    said = is_one_sentence(ibid("ingest", good, IBID_DATA_DIR=where, IBID_MODEL=good.parent / "no-such-folder"))
    assert "cannot be loaded" in said
    assert not where.exists()
    assert ibid("ingest", good, IBID_DATA_DIR=where).code == 0


def test_another_model_than_the_index_was_built_with_is_one_sentence(ibid: Ibid, data_dir: Path, good: Path) -> None:
    before = contents(data_dir)
    for command in (["ask", "x"], ["ingest", str(good)], ["serve"]):
        done = ibid(*command, IBID_DATA_DIR=data_dir, IBID_MAX_TOKENS="64")
        assert is_one_sentence(done).endswith("max_tokens 120, now it is 64; run: ibid ingest --rebuild")
    assert contents(data_dir) == before


@pytest.mark.parametrize("command", [["ask", "x"], ["ingest"], ["serve"], ["doctor"], ["eval"], ["footnotes", "x"]])
def test_a_mistyped_variable_is_one_sentence(ibid: Ibid, tmp_path: Path, command: list[str]) -> None:
    done = ibid(*command, IBID_DATA_DIR=tmp_path / "data", IBID_DATADIR="x")
    assert is_one_sentence(done) == "IBID_DATADIR is no setting of Ibid; did you mean IBID_DATA_DIR?"
    assert list(tmp_path.iterdir()) == []


def test_an_impossible_value_is_one_sentence(ibid: Ibid, tmp_path: Path) -> None:
    said = is_one_sentence(ibid("ask", "x", IBID_DATA_DIR=tmp_path / "data", IBID_K="1000"))
    assert said == "IBID_K is '1000', but: input should be less than or equal to 100; correct or unset it"
    said = is_one_sentence(ibid("serve", "--port", "70000", IBID_DATA_DIR=tmp_path / "data"))
    assert said == "IBID_PORT is 70000, but: input should be less than or equal to 65535; correct or unset it"


def test_passages_longer_than_the_model_reads_are_one_sentence(ibid: Ibid, good: Path) -> None:
    where = good.parent / "data"
    said = is_one_sentence(ibid("ingest", good, IBID_DATA_DIR=where, IBID_MAX_TOKENS="400"))
    assert said == "IBID_MAX_TOKENS is 400, but the model reads 254 tokens at the most; set it to 254 or less"
    assert not where.exists()


@pytest.mark.parametrize("rebuild", [[], ["--rebuild"]])
def test_a_data_folder_that_is_a_file_is_one_sentence(ibid: Ibid, good: Path, rebuild: list[str]) -> None:
    before = contents(good.parent)
    said = is_one_sentence(ibid("ingest", *rebuild, good, IBID_DATA_DIR=good))
    assert said.startswith(f"the data folder {good} cannot be made (")
    assert contents(good.parent) == before


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (None, "cannot be read"),
        ("", "holds no question; give one JSON object a line"),
        ("{", "questions.jsonl, line 1 is not a question"),
    ],
)
def test_a_bad_question_set_is_one_sentence(
    ibid: Ibid, data_dir: Path, tmp_path: Path, lines: str | None, sentence: str
) -> None:
    if lines is not None:
        (tmp_path / "questions.jsonl").write_text(lines)
    said = is_one_sentence(ibid("eval", "--questions", tmp_path / "questions.jsonl", IBID_DATA_DIR=data_dir))
    assert sentence in said


def test_questions_over_documents_that_are_not_in_the_index_are_one_sentence(ibid: Ibid, data_dir: Path) -> None:
    said = is_one_sentence(ibid("eval", IBID_DATA_DIR=data_dir))
    assert said.startswith("questions.jsonl, q001: there is no document 'russian-chinese-dialogue-2022'; ")
