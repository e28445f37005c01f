"""``ibid eval new``: a person is walked through passages, and every complete question is in the file."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pages import TEXTS
from typer.testing import CliRunner

from eval.cli import app
from eval.drafts import Drafts
from eval.questions import load_questions
from index.models import SentenceTransformerEmbedder
from ingest.errors import IbidError, QuestionSetError
from service.library import ingest
from service.settings import Settings

WAIT_S = 120
"""Longer than anything here takes on a busy machine."""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, real_embedder: SentenceTransformerEmbedder) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    settings = Settings(data_dir=folder / "data", max_tokens=40)
    ingest(settings, [folder / "rivers.txt", folder / "goats.txt"], embedder=real_embedder)
    return folder / "data"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "my.jsonl"


class Terminal:
    """Runs the command over one index with what is typed."""

    def __init__(self, data_dir: Path, out: Path) -> None:
        self.data_dir, self.out = data_dir, out

    def run(self, typed: str, *arguments: str) -> tuple[str, str]:
        """Type something, and give what is shown and said."""
        command = ["eval", "new", "--data-dir", str(self.data_dir), "--out", str(self.out), *arguments]
        done = CliRunner().invoke(app, command, input=typed, env={"IBID_MAX_TOKENS": "40"}, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout, done.stderr

    def rows(self) -> list[dict[str, Any]]:
        """What is in the file."""
        return [json.loads(line) for line in self.out.read_text(encoding="utf-8").splitlines()]

    def check(self) -> dict[str, Any]:
        """What ``ibid eval --check`` counts in it."""
        options = ["eval", "--check", "--json", "--questions", str(self.out), "--data-dir", str(self.data_dir)]
        done = CliRunner().invoke(app, options, env={"IBID_MAX_TOKENS": "40"}, catch_exceptions=False)
        told: dict[str, Any] = json.loads(done.stdout)
        return told


@pytest.fixture
def terminal(data_dir: Path, out: Path) -> Terminal:
    return Terminal(data_dir, out)


def test_enter_takes_what_is_proposed(terminal: Terminal) -> None:
    shown, said = terminal.run("Who graze on the steppe?\n\n\n\n\nq\n", "goats")
    assert "Goats, p. 1" in shown
    assert "1 of 1" in shown
    assert "2  Three goats graze on the steppe." in shown
    [row] = terminal.rows()
    text = "Three goats graze on the steppe."
    start = TEXTS["goats"].index(text)
    assert {**row, "id": "", "passage": ""} == {
        **{"id": "", "split": "dev", "type": "person", "style": "plain", "question": "Who graze on the steppe?"},
        "answer": text,
        "evidence": [[{"document_id": "goats", "start": start, "end": start + len(text), "quote": text}]],
        "passage": "",
    }
    assert f"{terminal.out}: 1 questions (dev 1, test 0)" in shown
    assert f"Check it with: ibid eval --questions {terminal.out} --check" in said


def test_all_can_be_chosen(terminal: Terminal) -> None:
    terminal.run("Which boat?\n9\n2-3\nthe ferry\nl\nhabit\nq\n", "goats")
    [row] = terminal.rows()
    assert (row["answer"], row["type"], row["style"]) == ("the ferry", "list", "habit")
    assert [piece["quote"] for piece in row["evidence"][0]] == [TEXTS["goats"].split("\n\n")[1].strip()]


def test_a_note_can_be_the_evidence(terminal: Terminal) -> None:
    shown, _ = terminal.run("\n" * 30, "rivers")
    assert shown.count("note 1: Ada Marsh") == 1  # beside the passage that calls it
    assert "The note to: Rivers carry silt" in shown


def test_every_passage_comes_once_and_the_order_is_that_of_the_seed(terminal: Terminal) -> None:
    first, other = (terminal.run("\n" * 30, "--seed", seed)[0] for seed in ("0", "7"))
    assert first == terminal.run("\n" * 30)[0]
    assert first != other
    assert first.count(" of 9 ") == 9
    assert not terminal.out.exists() or not terminal.rows()


def test_what_was_asked_about_does_not_come_again_and_the_rest_does(terminal: Terminal) -> None:
    terminal.run("What?\n\n\n\n\n" + "n\nWhat not?\n\n" + "\nq\n")
    asked = [row["passage"] for row in terminal.rows()]
    shown, _ = terminal.run("q\n")
    assert "1 of 7" in shown
    terminal.run("More?\n\n\n\n\nq\n")
    assert [row["passage"] for row in terminal.rows()][:2] == asked
    assert len({row["passage"] for row in terminal.rows()}) == 3


def test_a_question_of_ones_own_counts_as_asked_too(terminal: Terminal) -> None:
    own = {"question": "Who?", "evidence": "Three goats graze on the steppe."}
    terminal.out.write_text(json.dumps(own), encoding="utf-8")  # without a line end
    shown, said = terminal.run("\n" * 30, "goats")
    assert "Question:" not in shown
    assert "There are no more passages." in said
    terminal.run("What?\n\n\n\n\nq\n")
    assert len(terminal.rows()) == 2
    assert terminal.rows()[1]["split"] == "dev"  # one's own is in test


def test_a_near_miss_has_no_evidence_and_its_paragraph_keeps_its_split(terminal: Terminal) -> None:
    terminal.run("n\nWhen did they graze?\ni\nq\n", "goats")
    [row] = terminal.rows()
    assert (row["type"], row["style"], row["evidence"], row["answer"]) == ("unanswerable", "indirect", [], "")
    assert row["split"] == "dev"


@pytest.mark.parametrize("typed", ["n\n\n", "What?\nu\n", "What?\n1\nu\n", "What?\n1\n\n\nu\n", "n\nWhat?\nu\n"])
def test_undo_before_a_question_is_complete_keeps_nothing(terminal: Terminal, typed: str) -> None:
    shown, _ = terminal.run(f"{typed}q\n", "goats")
    assert not terminal.out.exists()
    assert shown.count("Three goats") == 1  # still the same passage
    assert "0 questions" in shown


def test_undo_takes_the_last_question_out_and_shows_its_passage_again(terminal: Terminal) -> None:
    one = "What{}?\n\n\n\n\n"
    _, said = terminal.run(one.format(1) + one.format(2) + "\nu\nu\n" + one.format(3) + "q\n")
    assert "Taken back: What2?" in said
    assert [row["question"] for row in terminal.rows()] == ["What1?", "What3?"]
    _, said = terminal.run("u\nq\n")
    assert "There is nothing to undo" in said
    assert len(terminal.rows()) == 2


def test_the_same_question_is_not_asked_twice(terminal: Terminal) -> None:
    one = "What?\n\n\n\n\n"
    _, said = terminal.run(one + "What?\nn\nWhat?\nq\n")
    assert said.count("This has been asked already; word it otherwise.") == 2
    assert len(terminal.rows()) == 1


def test_the_end_of_the_input_loses_nothing(terminal: Terminal) -> None:
    terminal.run("What1?\n\n\n\n\nWhat2?\n1\n")
    assert [row["question"] for row in terminal.rows()] == ["What1?"]


def test_whatever_is_picked_the_set_is_sound(terminal: Terminal) -> None:
    """Nearly every passage is asked about, the parts of a paragraph by themselves."""
    for turn in range(2):
        typed = "".join(f"What{turn}{n}?\n{pick}\n\n\n\n" for n, pick in enumerate(["1", "1-2", "2", "1"] * 4))
        terminal.run(typed, "--seed", str(turn))
    told = terminal.check()
    splits = {row["split"] for row in told["counts"]}
    assert told["questions"] >= 5
    assert splits == {"dev", "test"}


def test_what_cannot_be_is_told_before_anything_is_typed(terminal: Terminal, tmp_path: Path) -> None:
    with pytest.raises(IbidError, match="there is no document 'x'; the index has goats, rivers"):
        terminal.run("", "x")
    terminal.out.write_text("no question\n", encoding="utf-8")
    with pytest.raises(QuestionSetError, match=r"my\.jsonl, line 1 is not a question"):
        terminal.run("")
    terminal.out = tmp_path / "nowhere" / "my.jsonl"
    with pytest.raises(QuestionSetError, match=r"there is no folder .*nowhere; make it, or name another file: --out"):
        terminal.run("")


def test_an_option_before_the_command_is_not_lost_without_a_word() -> None:
    done = CliRunner().invoke(app, ["eval", "--split", "dev", "new"], env={"TERMINAL_WIDTH": "200"})
    assert done.exit_code == 2
    assert "--split stands before new; put what belongs to it behind it" in done.output


# --- the file ------------------------------------------------------------------------------------------------


def test_a_file_that_others_changed_is_left_alone(out: Path) -> None:
    drafts = Drafts(out, TEXTS.__getitem__, lambda: TEXTS)
    drafts.add({"question": "Q?", "evidence": []})
    with out.open("a", encoding="utf-8") as file:
        file.write('{"question": "R?", "evidence": []}\n')
    with pytest.raises(QuestionSetError, match="was changed meanwhile; take the question out of it by hand"):
        drafts.take_back()
    assert [question.question for question in load_questions(out)] == ["Q?", "R?"]


def test_a_full_disk_leaves_the_file_as_it_was(out: Path) -> None:
    """A limit on the size of files stands for the disk, in a process of its own."""
    program = f"""
import resource, signal
from pathlib import Path
from eval.drafts import Drafts
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
drafts = Drafts(Path({str(out)!r}), dict, tuple)
drafts.add({{"question": "Q?", "evidence": []}})
resource.setrlimit(resource.RLIMIT_FSIZE, (60, 60))
try:
    drafts.add({{"question": "R?" * 50, "evidence": []}})
except OSError as error:
    print("told:", error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=WAIT_S)
    assert (done.stdout[:5], done.stderr) == ("told:", "")
    assert [question.question for question in load_questions(out)] == ["Q?"]


# --- a terminal ----------------------------------------------------------------------------------------------


IN_TERMINAL = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # Ctrl+C typed there is for this process
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-m", "eval", *sys.argv[1:]])
"""


class Screen:
    """What a terminal shows; what comes after the words that are waited for is kept for the next."""

    def __init__(self, terminal: int) -> None:
        self.terminal, self.shown = terminal, b""

    def until(self, words: str) -> None:
        """Wait for words."""
        end = time.monotonic() + WAIT_S
        while words.encode() not in self.shown:
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            assert ready, self.shown.decode()
            self.shown += os.read(self.terminal, 4096)
        self.shown = self.shown.partition(words.encode())[2]


def test_in_a_terminal_ctrl_c_ends_the_walk_and_keeps_what_is_complete(data_dir: Path, out: Path) -> None:
    mine, its = pty.openpty()
    command = [sys.executable, "-c", IN_TERMINAL, "eval", "new", "--data-dir", str(data_dir), "--out", str(out)]
    environment = {**os.environ, "IBID_MAX_TOKENS": "40", "COLUMNS": "100"}
    walk = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=environment, start_new_session=True)
    os.close(its)
    screen = Screen(mine)
    try:
        for prompt, typed in (
            ("Question:", "Who kepp\x7f\x7fep it?\r"),  # mended while it is typed
            ("Evidence, by number [", "\r"),
            ("Answer, short", "the farmers\r"),
            ("Type: f fact", "p\r"),
            ("Style: p plain", "\r"),
            ("Kept in", ""),
            ("Question:", "And who else"),
            ("And who else", "\x03"),
            ("1 questions (dev 1, test 0)", ""),
        ):
            screen.until(prompt)
            os.write(mine, typed.encode())
        screen.until("--check")
        assert walk.wait(WAIT_S) == 0
    finally:
        walk.kill()
        walk.wait()
        os.close(mine)
    [question] = load_questions(out)
    assert (question.question, question.answer, question.type) == ("Who keep it?", "the farmers", "person")
