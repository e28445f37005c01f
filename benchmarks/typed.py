"""What is lost when questions are not typed as the source is: ``python -m benchmarks.typed --work DIR [--data DIR]``.

The project's answerable questions are asked as they are, then changed in one way, ``--seeds`` times over where chance
decides: a slip of the keys in one word that is no stop word (two letters swapped, one dropped, doubled or replaced),
British spelling for American and back, the day and the month of a date in the other order, an abbreviation for what
the source says it stands for and back. Each changed question is compared with itself unchanged, read with and without
``index.spelling``. With ``--data`` also COVID-QA, by MRR@10. ``--work`` keeps the indexes for the next run.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

from benchmarks.search_sets import covidqa, write_texts
from eval.measures import mean
from eval.questions import DEFAULT, Judgement, load_questions
from eval.runner import SHOWN, retrieval
from index.embedder import Embedder
from index.models import SentenceTransformerEmbedder
from index.pruning import is_stop_word
from index.retrieval import Retriever
from ingest.model import Passage
from ingest.words import LanguageWords
from service.library import Library
from service.settings import load_settings

CORPUS = Path("corpus")
PROJECT_MEASURES = ("hit@512", "MRR")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 5
"""Letters that a word has at least, to be typed wrong."""

SPELLINGS = (
    "analyse/analyze behaviour/behavior catalogue/catalog centre/center centres/centers colour/color defence/defense "
    "dialogue/dialog diarrhoea/diarrhea favour/favor fibre/fiber fulfil/fulfill grey/gray haemorrhage/hemorrhage "
    "harbour/harbor honour/honor immunise/immunize judgement/judgment labour/labor leukaemia/leukemia licence/license "
    "litre/liter metre/meter neighbour/neighbor neighbours/neighbors oesophagus/esophagus organisation/organization "
    "organisations/organizations organise/organize organised/organized paediatric/pediatric programme/program "
    "programmes/programs recognise/recognize recognised/recognized soyabean/soybean standardised/standardized "
    "theatre/theater travelled/traveled traveller/traveler tumour/tumor tyre/tire utilise/utilize utilised/utilized "
    "hospitalised/hospitalized hospitalisation/hospitalization characterised/characterized"
)
ABBREVIATIONS = {
    "SCO": "Shanghai Cooperation Organization",
    "EAEU": "Eurasian Economic Union",
    "WHO": "World Health Organization",
    "RIAC": "Russian International Affairs Council",
    "CIS": "Commonwealth of Independent States",
    "RCEP": "Regional Comprehensive Economic Partnership",
    "CSTO": "Collective Security Treaty Organization",
    "CASS": "Chinese Academy of Social Sciences",
    "EDB": "Eurasian Development Bank",
    "EEC": "Eurasian Economic Commission",
}
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}}) ({_MONTHS})\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"\b({_MONTHS}) (\d{{1,2}})\b", re.IGNORECASE)

Change = Callable[[str, random.Random], str]


def slip(text: str, chance: random.Random) -> str:
    """One word of ``text`` with a slip of the keys; the text itself where no word is long enough."""
    words = [m for m in re.finditer(rf"\b[^\W\d_]{{{SHORTEST},}}\b", text) if not is_stop_word(m.group())]
    if not words:
        return text
    word = chance.choice(words)
    typed = word.group()
    while typed == word.group():
        typed = _slipped(word.group(), chance)
    return text[: word.start()] + typed + text[word.end() :]


def _slipped(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) - 1)
    ways = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + chance.choice(LETTERS) + word[at + 1 :],
    )
    return chance.choice(ways)


def spelling(text: str, _: random.Random) -> str:
    """British words of ``text`` in American spelling and back."""
    pairs = [pair.split("/") for pair in SPELLINGS.split()]
    return _exchanged(text, {a: b for pair in pairs for a, b in (pair, reversed(pair))})


def date(text: str, _: random.Random) -> str:
    """Days and months of ``text`` in the other order."""
    turned = _DAY_FIRST.sub(r"\2 \1", text)
    return turned if turned != text else _MONTH_FIRST.sub(r"\2 \1", text)


def abbreviation(text: str, _: random.Random) -> str:
    """Abbreviations of ``text`` for what they stand for, and back."""
    short = {long.casefold(): name for name, long in ABBREVIATIONS.items()}
    # "who" is a question word where it is not written large
    plain = {name.casefold(): long for name, long in ABBREVIATIONS.items() if name != "WHO"}
    return _exchanged(text, plain | short)


def _exchanged(text: str, pairs: dict[str, str]) -> str:
    longest = sorted(pairs, key=len, reverse=True)
    any_of = re.compile(rf"\b({'|'.join(map(re.escape, longest))})\b", re.IGNORECASE)
    return any_of.sub(lambda match: pairs[match.group().casefold()], text)


CHANGES: dict[str, Change] = {"slip": slip, "spelling": spelling, "date": date, "abbreviation": abbreviation}


@dataclass(frozen=True, slots=True)
class Case:
    """A question and its scores by measure for passages found, best first."""

    text: str
    judge: Callable[[Sequence[Passage]], dict[str, float]]


def main() -> None:
    """Measure, and print a table for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with covidqa.json")
    parser.add_argument("--work", type=Path, help="folder that keeps the indexes")
    parser.add_argument("--seeds", type=int, default=5, help="slips of the keys for each of the project's questions")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=4, help="only every so many of COVID-QA's questions")
    chosen = parser.parse_args()
    embedder = SentenceTransformerEmbedder()
    with tempfile.TemporaryDirectory() as temporary:
        work = chosen.work or Path(temporary)
        project = _library(work / "project" / "index", [CORPUS], embedder)
        _table(
            "the project's questions",
            project,
            _own(project),
            range(chosen.first_seed, chosen.first_seed + chosen.seeds),
        )
        if chosen.data is not None:
            asked = covidqa(chosen.data)
            sources = write_texts(asked, work / "covidqa" / "texts")
            cases = [Case(a.text, partial(_named, asked.measure, a.judge)) for a in asked.questions[:: chosen.every]]
            _table(asked.name, _library(work / "covidqa" / "index", [sources], embedder), cases, [chosen.first_seed])


def _library(folder: Path, sources: Sequence[Path], embedder: Embedder) -> Library:
    library = Library(load_settings(data_dir=folder), embedder)
    library.ingest(sources)
    return library


def _own(library: Library) -> list[Case]:
    """The project's answerable questions."""
    text_of = library.index.text
    asked = [question for question in load_questions(DEFAULT, text_of) if question.answerable]
    return [Case(question.question, partial(_chosen, text_of, question)) for question in asked]


def _chosen(text_of: Callable[[str], str], question: Judgement, found: Sequence[Passage]) -> dict[str, float]:
    measured = retrieval(text_of, question, found)
    return {name: measured[name] for name in PROJECT_MEASURES}


def _named(name: str, judge: Callable[[Sequence[Passage]], float], found: Sequence[Passage]) -> dict[str, float]:
    return {name: judge(found)}


def _table(name: str, library: Library, cases: Sequence[Case], seeds: Sequence[int]) -> None:
    ranking = library.settings.ranking()
    plain = Retriever(library.index, library.embedder, ranking)
    mending = Retriever(library.index, library.embedder, ranking, dictionary=LanguageWords("en"))
    measures = list(cases[0].judge([]))
    print(f"\n## {name}\n\n| change | questions | read | {' | '.join(measures)} |\n|{' --- |' * (3 + len(measures))}")
    _print("none", "as typed", [(case, case.text) for case in cases], plain)
    _print("none", "put right", [(case, case.text) for case in cases], mending)
    for change, way in CHANGES.items():
        asked = changed(cases, way, seeds if change == "slip" else seeds[:1])
        if asked:
            _print(change, "before it", [(case, case.text) for case, _ in asked], plain)
            _print(change, "as typed", asked, plain)
            _print(change, "put right", asked, mending)


def changed(cases: Iterable[Case], change: Change, seeds: Sequence[int]) -> list[tuple[Case, str]]:
    """Every case with each of its changes, the same each time; those that a change leaves alone are left out."""
    found: list[tuple[Case, str]] = []
    for number, case in enumerate(cases):
        texts = [change(case.text, random.Random(f"{seed} {number}")) for seed in seeds]  # noqa: S311 (no secret)
        found += [(case, text) for text in dict.fromkeys(texts) if text != case.text]
    return found


def _print(change: str, read: str, asked: Sequence[tuple[Case, str]], retriever: Retriever) -> None:
    rows = [case.judge([h.passage for h in retriever.search(retriever.read(text), SHOWN)]) for case, text in asked]
    means = " | ".join(f"{mean(rows, measure):.4f}" for measure in rows[0])
    print(f"| {change} | {len(rows)} | {read} | {means} |", flush=True)


if __name__ == "__main__":
    main()
