"""Everything Ibid knows, behind one object: documents in, hits and answers out."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, TypeVar

from index.codec import CODEC
from index.contract import DocumentInfo, Filters
from index.dense import FLAT_MAX
from index.embedded import EmbeddedIndex
from index.embedder import Embedder
from index.gathering import Gatherer
from index.indexing import Indexed, Report, index_document
from index.models import QUESTIONS, SentenceTransformerEmbedder
from index.question import Question
from index.reranker import CrossEncoderReranker
from index.retrieval import Hit, Retriever
from index.store import FILE, stored_documents
from index.swap import swap_in
from ingest.errors import IndexMismatch, QueryError, SettingsError, SourceError
from ingest.model import Block, Document, Passage
from ingest.sources import (
    MANIFEST,
    MEDIA_TYPES,
    Source,
    decode,
    document_id,
    find_sources,
    read_manifest,
    read_source,
)
from ingest.words import LanguageWords
from service.answer import Answer
from service.asking import Asking, Found, with_reading
from service.extractive import Extractor
from service.filtering import check_filters
from service.followups import whole_question
from service.notes import ListedNote, list_notes
from service.outline import Layouts
from service.settings import MAX_K, Settings

Result = TypeVar("Result")

BUILDING = "rebuild-"
"""How the folder is called that a rebuild works in; one rebuild at a time works in a data folder."""

AT_ONCE = 2
"""Groups of questions that are answered at once.

While the model reads one group, another is ranked, by Python, which does one thing at a time. Where each of 32
questions had a thread, they spent half of the processor's time on waiting for each other.
"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, and what is to be done when it has been read."""

    question: str
    then: Callable[[Question], Any]


class Library:
    """An index, the model that made it, and what can be asked of both. Safe from several threads.

    More vectors than ``flat_max`` are searched by inverted lists.
    """

    def __init__(self, settings: Settings, embedder: Embedder | None = None, flat_max: int = FLAT_MAX) -> None:
        self.settings = settings
        self.embedder = embedder or SentenceTransformerEmbedder(settings.model, settings.threads, settings.bf16)
        fingerprint = self._fingerprint()
        if not (settings.data_dir / FILE).exists():
            self._check_model()
        self.index = EmbeddedIndex(settings.data_dir, fingerprint, flat_max)
        reranker = CrossEncoderReranker(settings.reranker) if settings.reranker else None
        dictionary = LanguageWords("en") if settings.spelling else None
        self._retriever = Retriever(self.index, self.embedder, settings.ranking(), reranker, dictionary)
        self._extractor = Extractor(self.index, settings.min_confidence)
        self._questions: Gatherer[_Asked, Any] = Gatherer(
            # No method: a library that held itself would keep the index file open until garbage is collected.
            partial(_done, self.index, self._retriever),
            AT_ONCE,
            QUESTIONS,
        )
        self._writing = Lock()
        self._layouts = Layouts()

    def _fingerprint(self) -> dict[str, str]:
        return {
            "model": self.embedder.fingerprint,
            "max_tokens": str(self.settings.max_tokens),
            "codec": CODEC,
        }

    def _check_model(self) -> None:
        """Make no index that nothing could be put into. Raises ModelError, SettingsError."""
        window = self.embedder.window  # loads the model
        if self.settings.max_tokens > window:
            raise SettingsError(
                f"IBID_MAX_TOKENS is {self.settings.max_tokens}, but the model reads {window} tokens at the most; "
                f"set it to {window} or less"
            )

    # --- documents -------------------------------------------------------------------------------------

    def ingest(self, paths: Iterable[Path], report: Report | None = None) -> list[Indexed]:
        """Put the sources at ``paths`` into the index. All are read and checked before the first is changed."""
        return self.put(_read(paths), report)

    def put(self, documents: Iterable[tuple[Source, Document]], report: Report | None = None) -> list[Indexed]:
        """Put documents into the index; when it returns they are found."""
        done = self._put(documents, report)
        self.index.refresh()
        return done

    def _put(self, documents: Iterable[tuple[Source, Document]], report: Report | None = None) -> list[Indexed]:
        with self._writing:
            return [
                index_document(self.index, self.embedder, document, source, self.settings.max_tokens, report)
                for source, document in documents
            ]

    def add(self, name: str, data: bytes, report: Report | None = None) -> Indexed:
        """Put an uploaded file into the index, under an id made of its name.

        ``report`` is first told 0 of 0, when the file is known to be one that can be read. Raises SourceError.
        """
        if len(data) > self.settings.max_upload_bytes:
            raise SourceError(
                f"{name} has more than the {self.settings.max_upload_bytes} bytes allowed; "
                "split it, or set IBID_MAX_UPLOAD_BYTES"
            )
        path = Path(name)
        if path.suffix.lower() not in MEDIA_TYPES:
            kinds = ", ".join(sorted(MEDIA_TYPES))
            raise SourceError(f"{path.name or 'the file'} is not a kind of file that can be read; give one of: {kinds}")
        source = Source(Path(path.name), document_id(path.name))
        document = decode(data, source)
        if report is not None:
            report(source.id, 0, 0)
        return self.put([(source, document)], report)[0]

    def delete(self, document: str) -> None:
        """Take a document out of the index. Raises NotFound."""
        with self._writing:
            self.index.delete(document)
        self.index.refresh()

    def document(self, document: str) -> DocumentInfo:
        """What is known of a document. Raises NotFound."""
        return self.index.document(document)

    def passage(self, passage_id: str) -> Passage:
        """A passage by its id. Raises NotFound."""
        return self.index.fetch([passage_id])[0]

    def footnotes(self, document: str) -> list[ListedNote]:
        """A document's footnotes, by key, with what calls each. Raises NotFound."""
        with self.index.at_one_generation():
            return list_notes(self.index.text(document), self.index.footnotes(document), self.index.passages(document))

    def blocks(self, document: str) -> tuple[Block, ...]:
        """A document's Blocks. Raises NotFound."""
        return self._layouts.of(self.index, document)

    def check_corpus(self) -> None:
        """Refuse an index that holds another version of a text in the corpus folder. Raises IndexMismatch."""
        manifest = self.settings.corpus_dir / MANIFEST
        if not manifest.exists():
            return
        for source in read_manifest(manifest):
            held = self.index.store.info(source.id)
            if held is not None and held.sha256 != source.sha256:
                raise IndexMismatch(
                    f"the index holds another version of {source.path.name} than {self.settings.corpus_dir}; "
                    f"run: ibid ingest {self.settings.corpus_dir}"
                )

    # --- questions -------------------------------------------------------------------------------------

    def search(self, question: str, k: int | None = None, filters: Filters | None = None) -> list[Hit]:
        """The best ``k`` hits for a question, best first. Raises QueryError, NotFound for what filters name."""
        return list(self.find(Asking(question, k=k, filters=filters)).hits)

    def find(self, asking: Asking) -> Found:
        """Read a question, with what it leaves unsaid, and find its hits. Raises QueryError."""
        return self._of(asking, lambda found: found)

    def answer(self, asking: Asking) -> Answer:
        """Answer by quoting, with citations that were re-read from the source. Raises QueryError."""
        return self._of(
            asking,
            lambda found: with_reading(
                self._extractor.answer(found.question, found.hits, asking.filters), asking, found.question
            ),
        )

    def ask(self, question: str, k: int | None = None, filters: Filters | None = None) -> Answer:
        """As ``answer``, of a question that nothing was said before."""
        return self.answer(Asking(question, k=k, filters=filters))

    def _of(self, asking: Asking, then: Callable[[Found], Result]) -> Result:
        """Find what is asked for, and do ``then`` with it while it is of the same generation."""
        question, k = self._checked(asking.question), self._how_many(asking.k)
        if asking.filters is not None:
            check_filters(self.index, asking.filters)

        def found(read: Question) -> Result:
            return then(Found(read, tuple(self._retriever.search(read, k, asking.filters))))

        result: Result = self._questions.ask([_Asked(whole_question(question, asking.history), found)])[0]
        return result

    def _how_many(self, k: int | None) -> int:
        if k is not None and not 1 <= k <= MAX_K:
            raise QueryError(f"k is {k}; ask for 1 to {MAX_K} passages")
        return k or self.settings.k

    def _checked(self, question: str) -> str:
        limit = self.settings.max_question_chars
        if not any(character.isprintable() and not character.isspace() for character in question):
            raise QueryError("the question is empty; ask something")
        if any("\ud800" <= character <= "\udfff" for character in question):
            raise QueryError("the question is no well-formed text; write it in UTF-8")
        if len(question) > limit:
            raise QueryError(f"the question has {len(question)} characters, more than {limit}; shorten it")
        return question.strip()

    # --- health ----------------------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Load the model and the index, so that the first question does not wait for them."""
        self.embedder.embed(["warm up"])
        self.index.documents()


def _done(index: EmbeddedIndex, retriever: Retriever, asked: list[_Asked]) -> list[Any]:
    """Read questions together, and do with each what is to be done; all of one generation."""
    with index.at_one_generation():
        read = retriever.read_all([one.question for one in asked])
        return [one.then(question) for one, question in zip(asked, read, strict=True)]


def ingest(
    settings: Settings, paths: Iterable[Path], report: Report | None = None, embedder: Embedder | None = None
) -> list[Indexed]:
    """Put the sources at ``paths`` into the index, and make it if there is none: once all have been read."""
    documents = _read(paths)
    return Library(settings, embedder).put(documents, report)


def rebuild(
    settings: Settings, paths: Sequence[Path], report: Report | None = None, embedder: Embedder | None = None
) -> list[Indexed]:
    """Build the index anew under the present settings, from the texts it holds and those at ``paths``.

    The old index serves until the new one is complete, and is kept beside it as ``….old``; what others change in it
    meanwhile is taken over. Of a damaged one nothing is read but ``paths``. Raises SourceError where there is nothing
    to build from.
    """
    given = _read(paths)
    old = settings.data_dir / FILE
    fresh = {document.id for _, document in given}
    held = _held(old, fresh)
    if not held and not given:
        raise SourceError(f"{old} holds no text that can be read; run: ibid ingest --rebuild PATH")
    if not old.exists():
        return ingest(settings, paths, report, embedder)
    for leftover in settings.data_dir.glob(f"{BUILDING}*"):  # of a rebuild that was killed
        rmtree(leftover)
    with TemporaryDirectory(dir=settings.data_dir, prefix=BUILDING) as folder:
        new = settings.model_copy(update={"data_dir": Path(folder)})
        library = Library(new, embedder)
        done = library._put([*held, *given], report)
        while (now := _held(old, fresh)) != held:  # others have changed it meanwhile
            for gone in {document.id for _, document in held} - {document.id for _, document in now}:
                library.delete(gone)
            done += library._put([pair for pair in now if pair not in held], report)
            held = now
        del library  # nobody may hold it when its file is moved: SQLite keeps part of an open one beside it
        swap_in(Path(folder) / FILE, old)
    return done


def _held(file: Path, fresh: Container[str]) -> list[tuple[Source, Document]]:
    """The documents in a store's file that are not among ``fresh`` ones."""
    return [(_source_of(info), document) for info, document in stored_documents(file) if document.id not in fresh]


def _read(paths: Iterable[Path]) -> list[tuple[Source, Document]]:
    return [(source, read_source(source)) for source in find_sources(paths)]


def _source_of(info: DocumentInfo) -> Source:
    known = {name: getattr(info, name) for name in ("authors", "publisher", "date", "questions")}
    return Source(Path(info.id), info.id, **known)
