"""``ibid eval``: what its options give, and what it refuses."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from facts import HERON, MAX_TOKENS, QUESTIONS, TEXT, write_questions
from serving import serving
from typer.testing import CliRunner

from eval.baseline import read_baseline
from eval.cli import BASELINE, app
from eval.record import RecordError, read_record
from eval.runner import MOST_WORKERS
from eval.summary import NAMES
from index.models import SentenceTransformerEmbedder
from ingest.errors import IbidError
from service.app import create_app
from service.library import Library, ingest
from service.settings import Settings

THRESHOLD = Settings().min_confidence


@dataclass(frozen=True)
class Bench:
    """An index of the three facts, made with the real model, and their question set."""

    data_dir: Path
    questions: Path

    def evaluate(self, *options: str | Path, code: int = 0, **variables: str) -> tuple[str, str]:
        """Run ``ibid eval`` over both; give stdout and stderr."""
        where = [] if "--url" in options else ["--data-dir", self.data_dir]
        arguments = ["eval", "--questions", self.questions, *where, *options]
        environment = {"IBID_MAX_TOKENS": str(MAX_TOKENS), **variables}
        done = CliRunner().invoke(app, list(map(str, arguments)), env=environment, catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done.stdout, done.stderr

    def refused(self, *options: str | Path) -> str:
        """Why ``ibid eval`` refuses."""
        with pytest.raises(IbidError) as caught:
            self.evaluate(*options)
        return str(caught.value)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, real_embedder: SentenceTransformerEmbedder) -> Settings:
    folder = tmp_path_factory.mktemp("facts")
    (folder / "facts.txt").write_text(TEXT, encoding="utf-8")
    settings = Settings(data_dir=folder / "data", max_tokens=MAX_TOKENS)
    ingest(settings, [folder / "facts.txt"], embedder=real_embedder)
    return settings


@pytest.fixture
def bench(settings: Settings, tmp_path: Path) -> Bench:
    return Bench(settings.data_dir, write_questions(tmp_path / "set.jsonl"))


def test_json_is_the_record_and_what_is_made_of_it(bench: Bench, tmp_path: Path) -> None:
    out, _ = bench.evaluate("--json")
    found = json.loads(out)
    assert [row["question"]["id"] for row in found["rows"]] == [q.id for q in QUESTIONS]
    assert found["figures"]["all"]["all"]["recall@1"] == {"value": 0.625, **interval(found), "questions": 4}
    assert set(found["figures"]) == {"all", "split", "type", "style", "document"}
    assert [set(point) for point in found["risk_coverage"]][:1] == [{"confidence", "coverage", "risk"}]
    assert HERON in found["rows"][0]["answer"]
    (tmp_path / "run.json").write_text(out, encoding="utf-8")
    record = read_record(tmp_path / "run.json")
    assert record.questions.count == 6
    assert record.setup is not None
    assert record.setup.model.startswith("all-MiniLM-L6-v2@")


def interval(found: dict[str, dict[str, dict[str, dict[str, dict[str, float]]]]]) -> dict[str, float]:
    figure = found["figures"]["all"]["all"]["recall@1"]
    assert 0 < figure["low"] < figure["value"] < figure["high"] <= 1
    return {end: figure[end] for end in ("low", "high")}


def test_two_runs_print_the_same_bytes_whatever_the_number_of_workers(bench: Bench) -> None:
    assert bench.evaluate("--json", "--workers", "1") == bench.evaluate("--json", "--workers", str(MOST_WORKERS))


def test_a_service_gives_the_same(bench: Bench, settings: Settings, real_embedder: SentenceTransformerEmbedder) -> None:
    with serving(create_app(settings, Library(settings, real_embedder))) as address:
        there = json.loads(bench.evaluate("--json", "--url", address)[0])
    here = json.loads(bench.evaluate("--json")[0])
    assert there["setup"] is None
    assert {**there, "setup": here["setup"]} == here


def test_split_and_types_choose_questions(bench: Bench) -> None:
    def asked(*options: str) -> list[str]:
        return [row["question"]["id"] for row in json.loads(bench.evaluate("--json", *options)[0])["rows"]]

    assert asked("--split", "test") == ["either", "claimed"]
    assert asked("--types", "list, unanswerable") == ["both", "none", "claimed"]
    assert asked("--split", "dev", "--types", "fact") == ["heron", "other"]


def test_a_split_or_type_that_there_is_not_is_an_error(bench: Bench) -> None:
    assert bench.refused("--split", "train") == "no question is in the split 'train'; the splits are dev and test"
    types = "the types are fact, list, unanswerable"
    assert bench.refused("--types", "fact,facts") == f"no question is of the type 'facts'; {types}"
    assert bench.refused("--types", "list", "--split", "test") == (
        "no question of the type list is in the split 'test'; choose others"
    )


def test_the_tables_show_every_figure_and_every_group(bench: Bench) -> None:
    out, err = bench.evaluate()
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["measure", "figure", "95", "%", "questions"]
    assert [line[0] for line in lines[1 : len(NAMES) + 1]] == list(NAMES)
    assert lines[1][:2] == ["recall@1", "0.625"]
    groups = [line[:3] for line in lines[len(NAMES) + 3 :] if line]
    assert groups == [
        *(["split", "dev", "4"], ["split", "test", "2"]),
        *(["type", "fact", "3"], ["type", "list", "1"], ["type", "unanswerable", "2"]),
        *(["style", "plain", "6"], ["document", "facts", "4"]),
    ]
    assert err == ""  # no bar where nobody watches


def test_junit_and_markdown_are_written_beside_the_figures(bench: Bench, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    bench.evaluate("--junit", tmp_path / "junit.xml", "--markdown", summary)
    assert len(list(Xml.parse(tmp_path / "junit.xml").iter("testcase"))) == 6
    told = summary.read_text(encoding="utf-8")
    assert told.startswith("before\n## Evaluation: 6 questions\n\n| measure | figure | 95 % | questions |\n| --- |")
    assert re.search(r"^\| recall@1 \| 0\.625 \| 0\.\d\d–\d\.\d\d \| 4 \|$", told, re.MULTILINE)
    assert re.search(r"^\| type \| list \| 1 \|", told, re.MULTILINE)


def stored(bench: Bench, path: Path, **variables: str) -> Path:
    """A record of a run."""
    path.write_text(bench.evaluate("--json", **variables)[0], encoding="utf-8")
    return path


def again(*options: str | Path, code: int = 0) -> str:
    """What ``ibid eval`` prints of a record, where there is neither index nor question set."""
    done = CliRunner().invoke(app, ["eval", *map(str, options)], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.stdout


def test_a_record_gives_what_the_run_gave(bench: Bench, tmp_path: Path) -> None:
    run = stored(bench, tmp_path / "run.json")
    assert again("--from", run, "--json") == run.read_text(encoding="utf-8")
    assert again("--from", run) == bench.evaluate("--html", tmp_path / "asked.html")[0]
    again("--from", run, "--html", tmp_path / "stored.html")
    assert (tmp_path / "stored.html").read_bytes() == (tmp_path / "asked.html").read_bytes()


def test_a_report_holds_a_run_beside_the_baseline_and_others(bench: Bench, tmp_path: Path) -> None:
    run, path, page = stored(bench, tmp_path / "run.json"), tmp_path / "baseline.json", tmp_path / "report.html"
    shy = stored(bench, tmp_path / "shy.json", IBID_MIN_CONFIDENCE="1")
    again("--from", run, "--gate", path, "--accept")
    others = (tmp_path / "a" / "run.json", tmp_path / "b" / "run.json")
    for other in others:
        other.parent.mkdir()
        other.write_bytes(shy.read_bytes())
    options = [option for other in (shy, *others) for option in ("--against", other)]
    again("--from", run, "--gate", path, "--html", page, *options)
    told = page.read_text(encoding="utf-8")
    beside = re.findall(r"<h2>Beside (.*?)</h2>", told)
    assert beside == ["the baseline", "shy", *map(str, others)]
    assert f"Settings that differ: min_confidence 1.0 → {THRESHOLD}." in told


def test_a_record_that_cannot_be_held_beside_is_said_before_anything_is_asked(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("{}", encoding="utf-8")
    page = tmp_path / "report.html"
    assert "is no record of a run" in bench.refused("--html", page, "--against", tmp_path / "no.json")
    assert not page.exists()
    with pytest.raises(RecordError, match="is no record of a run"):
        again("--from", tmp_path / "no.json")


# --- the gate ------------------------------------------------------------------------------------------------


def test_the_gate_passes_what_was_accepted_and_fails_what_is_worse(bench: Bench, tmp_path: Path) -> None:
    path, summary = tmp_path / "baseline.json", tmp_path / "summary.md"
    assert "written: new" in bench.evaluate("--gate", path, "--accept")[0]
    assert bench.evaluate("--gate", path)[0].splitlines()[-1] == "gate: passed"
    assert len(read_baseline(path).rows) == 6
    options = ("--gate", path, "--json", "--markdown", summary)
    out, err = bench.evaluate(*options, code=1, IBID_MIN_CONFIDENCE="1")
    assert json.loads(out)["figures"]["all"]["all"]["tried"]["value"] == 0
    assert f"gate: FAILED\nsettings that differ from the baseline's: min_confidence {THRESHOLD} → 1.0\n" in err
    assert re.search(r"^tried is 0, was 1: worse by 1\.0000 to 1\.0000 \(paired bootstrap\)$", err, re.MULTILINE)
    assert f"  heron  1 → 0  {QUESTIONS[0].question}" in err
    assert "gate: FAILED" in summary.read_text(encoding="utf-8")


def test_a_baseline_of_another_set_is_said_before_anything_is_asked(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    bench.evaluate("--gate", path, "--accept")
    write_questions(bench.questions, QUESTIONS[:5])
    assert bench.refused("--gate", path).startswith("the baseline was made with another question set: 6 questions")
    assert "AUROC" in bench.evaluate("--gate", path, "--accept")[0]  # and can be made anew


def test_a_gate_that_stands_alone_is_that_of_the_shipped_baseline(bench: Bench) -> None:
    for options in (["--gate"], ["--gate", "--json"], ["--gate", BASELINE]):
        assert "another question set" in bench.refused(*options)
    assert read_baseline(BASELINE).floors["verified"] == 1.0


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--accept"], "--accept goes with --gate; add it"),
        (["--gate", "b.json", "--split", "dev"], "--split does not go with --gate, which is over all questions"),
        (["--gate", "--types", "fact"], "--types does not go with --gate, which is over all questions"),
        (["--url", "http://127.0.0.1:9", "--data-dir", "x"], "--data-dir does not go with --url"),
        (["--truth", "."], "--truth goes with --ingestion; add it"),
        (["--ingestion"], "--ingestion needs ground truth to compare with; give its folder: --truth DIR"),
        (["--ingestion", "--truth", ".", "--url", "http://x"], "--url does not go with --ingestion; leave it out"),
        (["--ingestion", "--truth", ".", "--gate", "b.json"], "a FILE after --gate does not go with --ingestion"),
        (["--against", "a.json"], "--against goes with --html; add it"),
        (["--from", "a.json", "--split", "dev"], "--split does not go with --from, which asks nothing; leave it out"),
        (["--from", "a.json", "--data-dir", "x"], "--data-dir does not go with --from, which asks nothing"),
        (["--check", "--html", "x.html"], "--html does not go with --check"),
        (["--ingestion", "--truth", ".", "--from", "a.json"], "--from does not go with --ingestion; leave it out"),
        (["--workers", "0"], "Input should be greater than or equal to 1"),
        (["--workers", str(MOST_WORKERS + 1)], f"Input should be less than or equal to {MOST_WORKERS}"),
    ],
)
def test_options_that_do_not_go_together_are_a_usage_error(options: list[str], why: str) -> None:
    done = CliRunner().invoke(app, ["eval", *options], env={"TERMINAL_WIDTH": "300"})
    assert done.exit_code == 2
    assert why in " ".join(re.sub("[│╭╮╰╯─]", " ", done.output).split())
