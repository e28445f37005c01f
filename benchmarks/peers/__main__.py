"""Other toolkits beside Ibid, all in one run: ``python -m benchmarks.peers --venvs DIR --write``.

Every system is given the same texts, cuts them as its own introduction says, embeds with the same model, and is
asked the same questions; what it finds is mapped back to the source and measured as Ibid is. Each runs in an
environment of its own, made in DIR on first use, without a network when it is measured. ``--data DIR`` holds the
public sets. Results are kept in DIR, and ``--write`` puts all of them into ``benchmarks/README.md``, and the headline
figures into ``README.md``.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.peers.environments import PeerError, model_folder, python_of
from benchmarks.peers.picture import draw, draw_bars
from benchmarks.peers.process import ROOT, Job, run
from benchmarks.peers.registry import OURS, PEERS, REFERENCE_SET, REFERENCES, Peer
from benchmarks.peers.results import TEST, Result, Results, comparable, judge, load, save
from benchmarks.peers.sets import PROJECT, SETS, WANTED, Exam
from benchmarks.peers.sets import load as load_set
from benchmarks.peers.tables import COSTS, QUALITY, are_believed, brief, references, section

README = ROOT / "benchmarks" / "README.md"
FRONT = ROOT / "README.md"
PICTURE, COSTS_PICTURE = ROOT / "benchmarks" / "peers.svg", ROOT / "benchmarks" / "peers-costs.svg"
RESULTS = "results.json"
BEGIN, END = "<!-- measured: python -m benchmarks.peers --write -->", "<!-- end of what is measured -->"


def main() -> int:
    """Measure, and write. The exit status is 1 where figures that others published are not met."""
    chosen = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended, and its folder taken away
    file = chosen.venvs / (f"first-{chosen.questions}-{RESULTS}" if chosen.questions else RESULTS)
    commit = _commit()
    for name in chosen.sets.split(","):
        exam = load_set(name, chosen.data, chosen.questions)
        for peer in _peers(name, chosen.only):
            print(f"{name}: {peer.name} … ", end="", flush=True, file=sys.stderr)
            result = _measured(peer, exam, chosen.venvs, commit)
            print(result.failed or "done", file=sys.stderr)
            results = load(file)  # read anew: another run may have added to it
            results[name] = comparable(results.get(name, {}), len(exam.questions)) | {peer.name: result}
            save(results, file)
    results = load(file)
    print(section(results, _machine()))
    if chosen.write:
        _write(results)
    return _checked(results)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venvs", type=lambda path: Path(path).resolve(), required=True, help="folder that is kept")
    parser.add_argument("--data", type=Path, help="folder with the public sets")
    parser.add_argument("--sets", default=PROJECT, help=f"some of {','.join(SETS)}")
    parser.add_argument("--only", help="modules of some systems, as: ibid,bm25s")
    parser.add_argument("--questions", type=int, help="only the first so many of each set")
    parser.add_argument("--write", action="store_true", help="write both READMEs and the pictures")
    chosen = parser.parse_args()
    unknown = set(chosen.sets.split(",")) - set(SETS)
    if unknown:
        parser.error(f"no set is called {', '.join(sorted(unknown))}; give some of {','.join(SETS)}")
    modules = {peer.module for peer in PEERS}
    if chosen.only and not set(chosen.only.split(",")) <= modules:
        parser.error(f"--only takes some of {','.join(sorted(modules))}")
    if chosen.questions and chosen.write:
        parser.error("figures of some questions are not written; leave out --questions or --write")
    chosen.venvs.mkdir(parents=True, exist_ok=True)
    return chosen


def _peers(name: str, only: str | None) -> list[Peer]:
    """Whom to measure on a set; what vouches for the figures comes first."""
    peers = [*(REFERENCES if name == REFERENCE_SET else ()), *PEERS]
    return [peer for peer in peers if only is None or peer.module in only.split(",")]


def _measured(peer: Peer, exam: Exam, venvs: Path, commit: str) -> Result:
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=venvs, prefix="run-") as folder:
        try:
            python = python_of(peer, venvs)
            command = (str(python), "-m", f"benchmarks.peers.systems.{peer.module}")
            model = model_folder(venvs) if peer.packages else Path()  # Ibid knows its own
            job = Job(command, Path(folder), model, peer.options)
            found = run(job, exam.documents, [question.text for question in exam.questions], WANTED)
        except PeerError as error:
            return Result(commit, failed=str(error))
    return replace(judge(found, exam, commit), load=load_before)


def _write(results: Results) -> None:
    _write_between(README, section(results, _machine()))
    of = {peer.name: row for peer in PEERS if (row := results.get(PROJECT, {}).get(peer.name)) and TEST in row.means}
    if not of:
        return
    _write_between(FRONT, brief(of))
    budgets = [name for name in QUALITY if name.startswith("hit@")]
    found = {name: {budget: row.means[TEST][budget] for budget in budgets} for name, row in of.items()}
    spent = {
        name: {title: (row.costs[cost] or 0.0) * by for title, (cost, by, _) in COSTS.items()}
        for name, row in of.items()
    }
    PICTURE.write_text(
        draw("Questions (test split) whose evidence is shown within a budget", found, OURS.name), encoding="utf-8"
    )
    COSTS_PICTURE.write_text(draw_bars("What each takes, less is better", spent, OURS.name), encoding="utf-8")


def _write_between(file: Path, measured: str) -> None:
    file.write_text(inserted(file.read_text(encoding="utf-8"), measured), encoding="utf-8")


def inserted(text: str, measured: str) -> str:
    """``text`` with ``measured`` between its two marks, in place of what stood there."""
    if BEGIN not in text or END not in text:
        raise SystemExit(f"a README lacks the lines {BEGIN} and {END}; put them back")
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n\n{measured}\n{END}{rest.split(END, 1)[1]}"


def _checked(results: Results) -> int:
    if REFERENCE_SET not in results or are_believed(results):
        return 0
    print("\n".join(references(results)), file=sys.stderr)
    return 1


def _machine() -> str:
    cpu = Path("/proc/cpuinfo")
    met = re.search(r"^model name\s*:\s*(.+)$", cpu.read_text(), re.MULTILINE) if cpu.exists() else None
    name = met.group(1) if met else platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores of {name}, no GPU used, Python {platform.python_version()}"


def _commit() -> str:
    git = shutil.which("git")
    command: Sequence[str] = [git or "git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False) if git else None
    return (done.stdout.strip() if done else "") or "unknown"


if __name__ == "__main__":
    sys.exit(main())
