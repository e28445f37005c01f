"""``ibid eval new``: a person reads passages in the terminal and asks what they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.text import Text

from eval.drafting import SPLITS, TYPES, Piece, Splits, in_order, likeliest, likely_type, picks, pieces_of
from eval.drafts import Drafts
from eval.places import stretches
from eval.question_form import UNANSWERABLE, id_of
from eval.questions import Judgement
from ingest.errors import NotFound
from ingest.model import Passage, PassageKind, Span
from service.cli import notices, open_library, results
from service.library import Library
from service.settings import Settings

STYLES = {"p": "plain", "s": "short", "i": "indirect"}

HELP = """\
Type a question that the passage answers, as somebody would ask who has not read it. Then pick the evidence by its
numbers (1,3 or 1-3), and give answer, type and style; Enter takes what is proposed.
Instead of a question: Enter for the next passage, n for a near miss, which the documents do not answer, u to undo,
q to quit. Every question is in the file as soon as it is complete; the same command goes on from there."""

Places = Sequence[tuple[str, Sequence[Span]]]


class _Undo(Exception):  # noqa: N818 (it is no error: the person wants to go back)
    pass


@dataclass(frozen=True, slots=True)
class _Kept:
    """A question that was put into the file, and the places it rests on."""

    question: str
    split: str
    places: Places


def walk(settings: Settings, document: str | None, out: Path, seed: int) -> None:
    """Draft questions into ``out``, passage by passage. Raises NotFound, QuestionSetError."""
    library = open_library(settings)
    index = library.index
    ids = [info.id for info in index.documents()] if document is None else [library.document(document).id]
    drafts = Drafts(out, index.text, lambda: [info.id for info in index.documents()])
    passages = in_order(map(index.passages, ids), seed)
    Walk(library, drafts, [passage for passage in passages if not _is_asked(passage, drafts)]).run()


def _is_asked(passage: Passage, drafts: Drafts) -> bool:
    return passage.id in drafts.passages or any(
        document_id == passage.document_id and any(span.overlaps(other) for span in spans for other in passage.spans)
        for question in drafts.before
        for document_id, spans in _places(question)
    )


def _places(question: Judgement) -> Places:
    return [(piece.document_id, [piece.span]) for alternative in question.evidence for piece in alternative]


def _place(passage: Passage) -> tuple[str, Sequence[Span]]:
    return passage.document_id, passage.spans


class Walk:
    """One walk through passages."""

    def __init__(self, library: Library, drafts: Drafts, passages: Sequence[Passage]) -> None:
        self._library, self._drafts, self._passages = library, drafts, passages
        self._console = results()
        self._splits = Splits(library.index.text, library.index.passages)
        self._asked = {question.question for question in drafts.before}
        self._steps: list[_Kept | None] = []
        for question, passage_id in zip(drafts.before, drafts.passages, strict=True):
            self._splits.put(question.split, _places(question) or self._near(passage_id))

    def run(self) -> None:
        """Ask until there are no more passages, or the person has had enough."""
        notices().print(HELP, markup=False)
        at = 0
        try:
            while at < len(self._passages):
                try:
                    self._steps.append(self._ask(at))
                    at += 1
                except _Undo:
                    at = self._back(at)
            notices().print("\nThere are no more passages.")
        except (typer.Abort, KeyboardInterrupt):  # Ctrl+C and the end of the input are ways to quit, too
            self._console.print()
        counts = ", ".join(f"{split} {self._splits.counts[split]}" for split in sorted({*SPLITS, *self._splits.counts}))
        path = self._drafts.path
        self._console.print(f"{path}: {self._splits.counts.total()} questions ({counts})")
        if self._splits.counts.total():
            notices().print(f"Check it with: ibid eval --questions {path} --check", markup=False)

    def _back(self, at: int) -> int:
        """Undo the last step, and give the place of its passage."""
        if not self._steps:
            notices().print("There is nothing to undo: what was kept before is edited in the file.")
            return at
        kept = self._steps[-1]
        if kept is not None:
            self._drafts.take_back()
            self._splits.put(kept.split, kept.places, -1)
            self._asked.discard(kept.question)
            notices().print(f"Taken back: {kept.question}", markup=False)
        self._steps.pop()
        return at - 1

    def _near(self, passage_id: str | None) -> Places:
        """Where the passage stands that a near miss was asked at, if it is still there."""
        with suppress(NotFound):
            return [_place(self._library.passage(passage_id))] if passage_id else []
        return []

    # --- one passage -----------------------------------------------------------------------------------

    def _ask(self, at: int) -> _Kept | None:
        """Ask about a passage. Raises _Undo, Abort."""
        passage = self._passages[at]
        index = self._library.index
        notes = index.footnotes(passage.document_id, passage.footnotes) if passage.kind is PassageKind.BODY else []
        pieces = pieces_of(index.text(passage.document_id), passage, notes)
        if not pieces:  # signs alone
            return None
        self._show(at, passage, pieces)
        while True:
            question = self._prompt("Question")
            if not question:
                return None
            try:
                kept = self._near_miss(passage) if question == "n" else self._answered(passage, pieces, question)
            except _Undo:  # of a question that is not complete
                continue
            if kept is not None:
                return kept

    def _show(self, at: int, passage: Passage, pieces: Sequence[Piece]) -> None:
        first, last = passage.pages
        pages = f"p. {first}" if first == last else f"pp. {first}–{last}"
        title = self._library.document(passage.document_id).title
        self._console.print()
        self._console.rule(Text(f"{at + 1} of {len(self._passages)}", "dim"), align="left", style="dim")
        self._console.print(", ".join([title, *passage.section, pages]), style="bold")
        if passage.context:
            self._console.print(f"The note to: {passage.context}", style="dim")
        for number, piece in enumerate(pieces, 1):
            label = f"{piece.label}: " if piece.label else ""
            self._console.print(Text(f"{number:>2}  ", "cyan"), f"{label}{piece.text}", sep="")

    def _near_miss(self, passage: Passage) -> _Kept | None:
        question = self._prompt("A question near it that the documents do not answer")
        split = self._splits.of(*_place(passage)) or min(SPLITS, key=lambda split: self._splits.counts[split])
        if not question or self._is_double(question):
            return None
        style = self._choose("Style", STYLES, "p")
        row = {"type": UNANSWERABLE, "style": style, "question": question, "answer": "", "evidence": []}
        return self._keep(passage, split, row, [_place(passage)])

    def _answered(self, passage: Passage, pieces: Sequence[Piece], question: str) -> _Kept | None:
        if self._is_double(question):
            return None
        chosen, split = self._evidence(passage, pieces, question)
        read = " ".join(piece.text for piece in chosen)
        answer = self._prompt("Answer, short (Enter: the evidence itself)") or read
        kind = self._choose("Type", TYPES, likely_type(question, passage.kind, chosen))
        style = self._choose("Style", STYLES, "p")
        text = self._library.index.text(passage.document_id)
        spans = stretches(text, {span for piece in chosen for span in piece.spans})
        evidence = [
            {"document_id": passage.document_id, "start": start, "end": end, "quote": text[start:end]}
            for start, end in spans
        ]
        row = {"type": kind, "style": style, "question": question, "answer": answer, "evidence": [evidence]}
        return self._keep(passage, split, row, [(passage.document_id, spans)])

    def _keep(self, passage: Passage, split: str, row: Mapping[str, object], places: Places) -> _Kept:
        question = str(row["question"])
        self._drafts.add({"id": id_of(question), "split": split, **row, "passage": passage.id})
        self._splits.put(split, places)
        self._asked.add(question)
        notices().print(f"Kept in {self._drafts.path}, {split}.", style="green", markup=False)
        return _Kept(question, split, places)

    def _is_double(self, question: str) -> bool:
        if question in self._asked:
            notices().print("This has been asked already; word it otherwise.")
        return question in self._asked

    def _evidence(self, passage: Passage, pieces: Sequence[Piece], question: str) -> tuple[list[Piece], str]:
        """The pieces that are picked, and the split of their paragraphs."""
        proposed = str(likeliest(question, pieces) + 1)
        while True:
            picked = picks(self._prompt(f"Evidence, by number [{proposed}]") or proposed, len(pieces))
            if picked is None:
                notices().print(f"Give numbers from 1 to {len(pieces)}, such as 1,3 or 1-3.")
                continue
            chosen = [pieces[number - 1] for number in picked]
            split = self._splits.of(passage.document_id, [span for piece in chosen for span in piece.spans])
            if split is not None:
                return chosen, split
            notices().print("These stand in paragraphs of two splits; pick of one of them, or type u.")

    # --- prompts ---------------------------------------------------------------------------------------

    def _choose(self, what: str, keys: Mapping[str, str], proposed: str) -> str:
        shown = ", ".join(f"{key} {name}" for key, name in keys.items())
        given = self._prompt(f"{what}: {shown} [{proposed}]") or proposed
        return keys.get(given, given)

    def _prompt(self, what: str) -> str:
        """What is typed. Raises _Undo, and Abort to quit and at the end of the input."""
        given: str = typer.prompt(what, default="", show_default=False).strip()
        if given == "u":
            raise _Undo
        if given == "q":
            raise typer.Abort
        return given
