"""Follow-ups with the turn before them and without: ``python -m benchmarks.followups``.

Each dialogue is a question on the corpus, which is answered by quoting, and a follow-up that asks in few words what one
of the project's known questions asks in full. Printed is how often its evidence is found, read with the history,
without it, and asked in full.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

from eval.measures import mean
from eval.questions import DEFAULT, load_questions
from eval.runner import SHOWN, retrieval
from service.asking import Asking, Turn
from service.library import Library
from service.settings import load_settings

CORPUS = Path("corpus")
MEASURES = ("recall@1", "hit@256", "hit@512", "MRR")
WAYS = ("with the turn before", "without it", "asked in full")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A question, the follow-up to it, and the id of the known question that the follow-up stands for."""

    first: str
    then: str
    known: str


DIALOGUES = (
    Dialogue("How many tonnes of soybeans did China buy from Russia in 2021?", "And beef?", "q053"),
    Dialogue("How many tonnes of beef did China buy from Russia in 2021?", "what about soya?", "q104"),
    Dialogue("How many trains ran between China and Europe in 2018?", "and in 2021?", "q054"),
    Dialogue("How much coal did Russia sell to China in 2021?", "What about electricity?", "q055"),
    Dialogue("How many Confucius Institutes operate in Kazakhstan?", "And in Russia?", "q057"),
    Dialogue("Which road bridge joins Blagoveshchensk to Heihe?", "When is it due to open?", "q058"),
    Dialogue("Which dairy works is being built in Tatarstan?", "How much is being put into it?", "q062"),
    Dialogue("Which container terminal stands near Moscow?", "How many people found work there?", "q063"),
    Dialogue("Is there a card of both Mir and UnionPay?", "What portion of Russians would like it?", "q066"),
    Dialogue("Is the Russian vaccine Sputnik V made in China?", "How many doses?", "q068"),
    Dialogue("Did China's ice hockey players prepare in Russia?", "For how long?", "q071"),
    Dialogue("Where does the Meridian highway lead?", "How long is it?", "q086"),
    Dialogue("What was the share of European goods in the EAEU market in late 2021?", "And of Chinese goods?", "q090"),
    Dialogue("How many tonnes of coal did Russia sell to China in 2021?", "What was it worth?", "q093"),
    Dialogue("What was the timber that Russia sold to China in 2021 worth?", "And the fertilizer?", "q096"),
    Dialogue("For how many years were anti-dumping duties on Chinese goods prolonged?", "On which?", "q105"),
    Dialogue("Was a memorandum on the training of exporters signed with Alibaba?", "Who did that?", "q100"),
    Dialogue("What was the Valdai Club's Shanghai conference of March 2016 about?", "Who opened it?", "q018"),
    Dialogue("What is the cartoon Ask Toma about?", "Where was it first shown?", "q073"),
    Dialogue("How many containers did UTLC ERA move in 2021?", "Who owns it?", "q042"),
)


def main() -> None:
    """Ask every follow-up in each way, and print how each was read, and the means."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = Library(load_settings(data_dir=Path(folder)))
        library.ingest([CORPUS])
        rows = measured(library)
    print(f"\n{len(DIALOGUES)} dialogues\n\n| follow-up | {' | '.join(MEASURES)} |\n|{' --- |' * (len(MEASURES) + 1)}")
    for way, found in rows.items():
        print(f"| {way} | {' | '.join(f'{mean(found, name):.2f}' for name in MEASURES)} |")


def measured(library: Library) -> dict[str, list[dict[str, float]]]:
    """The measures of every dialogue's follow-up, by the way it was asked."""
    known = {question.id: question for question in load_questions(DEFAULT, library.index.text)}
    rows: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for dialogue in DIALOGUES:
        question = known[dialogue.known]
        history = (Turn("user", dialogue.first), Turn("assistant", library.ask(dialogue.first).text))
        askings = (
            Asking(dialogue.then, history, SHOWN),
            Asking(dialogue.then, k=SHOWN),
            Asking(question.question, k=SHOWN),
        )
        for way, asking in zip(WAYS, askings, strict=True):
            found = library.find(asking)
            rows[way].append(retrieval(library.index.text, question, [hit.passage for hit in found.hits]))
            if way == WAYS[0]:
                print(f"{dialogue.then} -> {found.question.read_as} ({rows[way][-1]['hit@512']:.0f})")
    return rows


if __name__ == "__main__":
    main()
