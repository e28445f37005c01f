"""Systems are run alike, each in processes of its own, and their figures follow from what they found."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.peers import results
from benchmarks.peers.environments import PeerError, python_of
from benchmarks.peers.process import Job, run
from benchmarks.peers.protocol import Piece, Task, pieces
from benchmarks.peers.registry import OURS, PEERS, REFERENCES
from benchmarks.peers.sets import Exam, Question, load
from eval.measures import Shown
from ingest.model import Span

ROOT = Path(__file__).parents[2]
FAKE = Path(__file__).parent / "fake_peer.py"
DOCUMENTS = {
    "tin": "Tin rose by four percent.\n\nNobody knows why.",
    "herring": "Herring fell in March.\n\nBoats stayed at home.",
}


def _fake(folder: Path, *options: str) -> Job:
    return Job((sys.executable, str(FAKE)), folder, Path("model"), options)


def test_a_system_builds_in_one_process_and_answers_in_another(tmp_path: Path) -> None:
    """What it prints itself is no answer; the first question is part of the cold start, not of the queries."""
    done = run(_fake(tmp_path), DOCUMENTS, ["when did herring fall", "who knows why", "tin"], k=2)
    assert [found[0] for found in done.found] == [
        Piece("herring", "Herring fell in March."),
        Piece("tin", "Nobody knows why."),
        Piece("tin", "Tin rose by four percent."),
    ]
    assert {len(found) for found in done.found} == {2}
    assert done.passages == 4
    assert list(done.versions) == ["pytest"]
    assert len(done.seconds) == 2
    assert min(done.index_s, done.cold_s, *done.seconds) > 0


def test_a_system_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(PeerError, match=r"^could not build: ValueError: no model of that name$"):
        run(_fake(tmp_path, "--broken"), DOCUMENTS, ["tin"], k=2)


def test_what_a_system_finds_is_measured_as_ibid_is(tmp_path: Path) -> None:
    """Where a piece stands is found out, its letters are counted, and the test split has means of its own."""

    def judge(shown: list[Shown]) -> dict[str, float]:
        return {"first place": float(shown[0].spans[0].start), "tokens": float(shown[0].tokens > 0)}

    questions = (Question("tin rose", "dev", judge), Question("boats stayed", "test", judge))
    exam = Exam("made up", DOCUMENTS, questions)
    done = run(_fake(tmp_path), DOCUMENTS, [question.text for question in questions], k=1)
    made = results.judge(done, exam, "abc")
    at = DOCUMENTS["herring"].index("Boats")
    assert made.means == {"all": {"first place": at / 2, "tokens": 1}, "test": {"first place": at, "tokens": 1}}
    assert made.questions == {"all": 2, "test": 1}
    assert made.unmapped == 0
    unseen = replace(exam, questions=(Question("zinc", "dev", lambda shown: {"met": float(any(shown[0].spans))}),))
    lost = results.judge(replace(done, found=((Piece("tin", "Zinc sank."),),)), unseen, "abc")
    assert (lost.means, lost.unmapped) == ({"all": {"met": 0}}, 1)
    file = tmp_path / "results.json"
    results.save({"made up": {"fake": made}}, file)
    assert results.load(file) == {"made up": {"fake": made}}


def test_the_projects_questions_are_measured_over_their_evidence() -> None:
    exam = load("project", None, limit=3)
    [question, *_] = exam.questions
    everything = {name: Shown(name, (Span(0, len(whole)),), 0) for name, whole in exam.documents.items()}
    assert question.judge(list(everything.values()))["recall@5"] == 1
    assert question.judge([])["recall@5"] == 0
    assert len(exam.questions) == 3


def test_paragraphs_stand_where_they_say_and_whole_texts_are_one_piece() -> None:
    text = "  One\nline more. \n\n \nTwo.\n"
    task = Task(Path(), "", frozenset())
    assert pieces(task, {"d": text}) == [Piece.at("d", "One\nline more.", 2), Piece.at("d", "Two.", text.index("Two"))]
    assert pieces(replace(task, options=frozenset({"--whole"})), {"d": text}) == [Piece("d", "One line more. Two.")]


def test_ibid_is_asked_as_the_others_are(tmp_path: Path) -> None:
    job = Job((sys.executable, "-m", "benchmarks.peers.systems.ibid"), tmp_path, Path())
    done = run(job, DOCUMENTS, ["When did herring fall?"], k=2)
    [best, *_] = done.found[0]
    assert best.document == "herring"
    assert "".join(DOCUMENTS["herring"][start:end] for start, end in best.spans).startswith("Herring fell in March.")


def test_a_python_that_is_missing_is_named(tmp_path: Path) -> None:
    peer = replace(PEERS[-1], python="3.99")
    with pytest.raises(PeerError, match=r"needs Python 3\.99"):
        python_of(peer, tmp_path)
    assert python_of(OURS, tmp_path) == Path(sys.executable)


def test_every_system_has_its_module_and_pinned_packages() -> None:
    for peer in (*PEERS, *REFERENCES):
        assert (ROOT / "benchmarks" / "peers" / "systems" / f"{peer.module}.py").exists()
        assert all("==" in package for package in peer.packages)
    names = [peer.name for peer in (*PEERS, *REFERENCES)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--only", "nobody"], "--only takes some of"),
        (["--sets", "nothing"], "no set is called nothing"),
        (["--questions", "3", "--write"], "leave out --questions or --write"),
    ],
)
def test_what_cannot_be_measured_is_refused(options: list[str], said: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.peers", "--venvs", str(tmp_path), *options]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert said in done.stderr
