"""What ``ibid doctor`` looks at: whether an index keeps its promises, and what of it can be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.embedder import Embedder, token_counter
from index.indexing import repair_document
from index.store import FILE
from ingest.errors import IbidError
from ingest.model import Document
from ingest.pipeline import ingest
from service.health import DERIVED, TEXTS, UNUSED, Check, check_document, check_index
from service.library import Library
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is well, and what was seen or what to do."""

    check: str
    ok: bool
    detail: str


def examine(settings: Settings, repair: bool = False, embedder: Embedder | None = None) -> list[Finding]:
    """Check model, index file, and all that is in it, in that order; stop where none can follow.

    With ``repair`` what can be mended is mended first: it says what was, and then what is.
    """
    try:
        if not (settings.data_dir / FILE).exists():
            return [Finding("index", False, f"there is none in {settings.data_dir}; run: ibid ingest PATH")]
        library = Library(settings, embedder)
        findings = [Finding("model", True, library.embedder.fingerprint)]
        damage = library.index.store.damage()
        if damage is not None:
            return [*findings, Finding("file", False, f"{' '.join(damage.split())}; run: ibid ingest --rebuild PATH")]
        library.check_corpus()
        checks = _look(library)
        if repair:
            findings += _mend(library, checks)
            checks = _look(library)
        generation = library.index.store.generation
        return [*findings, Finding("file", True, f"generation {generation}"), *map(_finding, checks)]
    except IbidError as error:
        return [Finding(error.title.lower(), False, str(error))]


def _look(library: Library) -> list[Check]:
    """All checks of one generation, each over all documents."""
    truth = library.index.store.snapshot()
    count = token_counter(library.embedder)
    checks: dict[str, Check] = {}
    for info in truth.documents():
        document = Document(info.id, info.title, info.media_type, info.sha256, truth.text(info.id))
        again = ingest(document, count, library.settings.max_tokens)
        for check in check_document(document, again, truth):
            checks[check.name] = checks[check.name] + check if check.name in checks else check
    return [*checks.values(), *check_index(library.index, truth, library.embedder)]


def _mend(library: Library, found: Iterable[Check]) -> Iterator[Finding]:
    """Mend what can be, and say what was mended: a document from its text, if that is what it was."""
    checks = {check.name: check for check in found}
    lost = {fault.document_id for fault in checks[TEXTS].faults} if TEXTS in checks else set()
    hurt = {fault.document_id for check in checks.values() for fault in check.faults if fault.document_id} - lost
    for document_id in sorted(hurt):
        passages = repair_document(library.index, library.embedder, document_id, library.settings.max_tokens)
        yield Finding("mended", True, f"{document_id}: made anew from its text, {passages} passages embedded")
    # A vector may be shared: what is derived of the documents beside is not caught up with when it is mended.
    if hurt or checks[DERIVED].faults or checks[UNUSED].count:
        library.index.compact()
        yield Finding("mended", True, "what is derived was made anew, and what nothing uses let go of")


def _finding(check: Check) -> Finding:
    if not check.faults:
        named = f" ({', '.join(check.names)})" if check.names else ""
        return Finding(check.name, True, f"{check.count} {check.well}{named}")
    return Finding(
        check.name,
        False,
        f"{len(check.faults)} of {check.count} are wrong, first {check.faults[0].what}; {check.mend}",
    )
