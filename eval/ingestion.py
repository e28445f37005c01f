"""How well a document was understood: what ingestion gives, beside ground truth. No index, no model.

``evaluate`` gives a Report of Measures. Most are shares, met of all; false ones are counted. What the truth
does not cover is not measured: see ``eval.truth.Truth.region`` for which part of the document that is, and
``eval.note_measures`` and ``eval.layout_measures`` for what counts as found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.figures import Measure
from eval.layout_measures import furniture_measures, join_measures, page_measures, table_measures
from eval.note_measures import lost_measures, marker_measures, note_measures
from eval.truth import AGREES, Truth, TruthError
from ingest.model import Document
from ingest.pipeline import ingest
from ingest.sources import Source, find_sources, read_source
from service.tokens import FALLBACK, encoding


@dataclass(frozen=True, slots=True)
class Report:
    """All measures of one document, in the order they are shown."""

    document_id: str
    measures: tuple[Measure, ...]

    @property
    def passed(self) -> bool:
        """Whether no bar was missed."""
        return all(measure.passed is not False for measure in self.measures)


def evaluate(document: Document, truth: Truth) -> Report:
    """Ingest ``document`` and compare. Tokens are counted by the encoding that ships with Ibid."""
    coder = encoding(FALLBACK)
    ingested = ingest(document, lambda text: len(coder.encode_ordinary(text)))
    return Report(
        document.id,
        (
            *note_measures(ingested, truth),
            *marker_measures(ingested, truth),
            *lost_measures(ingested, truth),
            *join_measures(ingested, truth),
            *furniture_measures(ingested, truth),
            *table_measures(ingested, truth),
            *page_measures(ingested),
        ),
    )


def find_document(truth: Truth, corpus: Path, wanted: str | None = None) -> Document:
    """The document that ``truth`` is about: ``wanted`` (a path, or an id in ``corpus``), or the one that fits best.

    Raises TruthError where the truth's texts do not stand at their places, SourceError for what is no source.
    """
    documents = [read_source(source) for source in _sources(corpus, wanted)]
    best = max(documents, key=lambda document: truth.agreement(document.text))
    share = truth.agreement(best.text)
    if share >= AGREES:
        return best
    held = (
        f"{best.id} is not the document that the ground truth is about" if wanted else f"no document in {corpus} fits"
    )
    raise TruthError(f"{held}: {share:.0%} of the truth's texts stand at their places; name the right one: --document")


def _sources(corpus: Path, wanted: str | None) -> Sequence[Source]:
    if wanted is None:
        return find_sources([corpus])
    if (path := Path(wanted)).is_file():
        return find_sources([path])
    found = [source for source in find_sources([corpus]) if source.id == wanted]
    if not found:
        raise TruthError(f"{wanted!r} is neither a file nor a document in {corpus}; give a path or an id to --document")
    return found
