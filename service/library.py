"""Everything Ibid knows, behind one object: documents in, hits and answers out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from index.contract import DocumentInfo, Filters
from index.embedded import EmbeddedIndex
from index.embedder import Embedder
from index.indexing import Indexed, Report, index_document
from index.models import SentenceTransformerEmbedder
from index.retrieval import Hit, Ranking, Retriever
from index.store import FILE, stored_documents, swap_in
from ingest.errors import IndexMismatch, NotFound, QueryError, SourceError
from ingest.model import Passage
from ingest.sources import MEDIA_TYPES, Source, decode, document_id, find_sources, read_source
from service.answers import Answer, Extractor
from service.settings import Settings


class Library:
    """An index, the model that made it, and what can be asked of both. Safe from several threads."""

    def __init__(self, settings: Settings, embedder: Embedder | None = None) -> None:
        self.settings = settings
        self.embedder = embedder or SentenceTransformerEmbedder(settings.model, threads=settings.threads)
        self.index = EmbeddedIndex(settings.data_dir, self._fingerprint())
        ranking = Ranking(settings.pool, settings.late_pool, settings.lexical_weight)
        self._retriever = Retriever(self.index, self.embedder, ranking)
        self._extractor = Extractor(self.index, self.embedder, settings.min_confidence)
        self._writing = Lock()

    def _fingerprint(self) -> dict[str, str]:
        return {"model": self.embedder.fingerprint, "max_tokens": str(self.settings.max_tokens)}

    # --- documents -------------------------------------------------------------------------------------

    def ingest(self, paths: Iterable[Path], report: Report | None = None) -> list[Indexed]:
        """Put the sources at ``paths`` into the index. All are read and checked before the first is changed."""
        sources = find_sources(paths)
        documents = [read_source(source) for source in sources]
        with self._writing:
            return [
                index_document(self.index, self.embedder, document, source, self.settings.max_tokens, report)
                for source, document in zip(sources, documents, strict=True)
            ]

    def add(self, name: str, data: bytes) -> Indexed:
        """Put an uploaded file into the index, under an id made of its name."""
        if len(data) > self.settings.max_upload_bytes:
            raise SourceError(
                f"{name} has {len(data)} bytes, more than the {self.settings.max_upload_bytes} allowed; "
                "split it, or set IBID_MAX_UPLOAD_BYTES"
            )
        path = Path(name)
        if path.suffix.lower() not in MEDIA_TYPES:
            kinds = ", ".join(sorted(MEDIA_TYPES))
            raise SourceError(f"{path.name or 'the file'} is not a kind of file that can be read; give one of: {kinds}")
        source = Source(Path(path.name), document_id(path.name))
        document = decode(data, source)
        with self._writing:
            return index_document(self.index, self.embedder, document, source, self.settings.max_tokens)

    def delete(self, document: str) -> None:
        """Take a document out of the index. Raises NotFound."""
        with self._writing:
            self.index.delete(document)

    def document(self, document: str) -> DocumentInfo:
        """What is known of a document. Raises NotFound."""
        for info in self.index.documents():
            if info.id == document:
                return info
        raise NotFound(f"there is no document {document!r}; GET /v1/documents lists those there are")

    def passage(self, passage_id: str) -> Passage:
        """A passage by its id. Raises NotFound."""
        return self.index.fetch([passage_id])[0]

    def check_corpus(self) -> None:
        """Refuse an index that holds another version of a text in the corpus folder. Raises IndexMismatch."""
        if not self.settings.corpus_dir.is_dir():
            return
        held = {info.id: info.sha256 for info in self.index.documents()}
        for source in find_sources([self.settings.corpus_dir]):
            if held.get(source.id, source.sha256) != source.sha256 and source.sha256:
                raise IndexMismatch(
                    f"the index holds another version of {source.path.name} than {self.settings.corpus_dir}; "
                    f"run: ibid ingest {self.settings.corpus_dir}"
                )

    # --- questions -------------------------------------------------------------------------------------

    def search(self, question: str, k: int | None = None, filters: Filters | None = None) -> list[Hit]:
        """The best ``k`` hits for a question, best first. Raises QueryError."""
        question = self._checked(question)
        return self._retriever.search(self._retriever.read(question), k or self.settings.k, filters)

    def ask(self, question: str, k: int | None = None, filters: Filters | None = None) -> Answer:
        """Answer a question, with citations that were re-read from the source. Raises QueryError."""
        read = self._retriever.read(self._checked(question))
        hits = self._retriever.search(read, k or self.settings.k, filters)
        return self._extractor.answer(read, hits)

    def _checked(self, question: str) -> str:
        limit = self.settings.max_question_chars
        if not question.strip():
            raise QueryError("the question is empty; ask something")
        if len(question) > limit:
            raise QueryError(f"the question has {len(question)} characters, more than {limit}; shorten it")
        return question.strip()

    # --- health ----------------------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Load the model and the index, so that the first question does not wait for them."""
        self.embedder.embed(["warm up"])
        self.index.documents()


def rebuild(settings: Settings, paths: Sequence[Path], report: Report | None = None) -> list[Indexed]:
    """Build the index anew under the present settings, from the texts it holds and those at ``paths``.

    The old index serves until the new one is complete, and is kept beside it as ``….old``. Of a damaged one
    nothing is read but ``paths``. Raises SourceError where there is nothing to build from.
    """
    sources = find_sources(paths)
    documents = [read_source(source) for source in sources]
    old = settings.data_dir / FILE
    fresh = {source.id for source in sources}
    held = [(info, document) for info, document in stored_documents(old) if document.id not in fresh]
    if not held and not documents:
        raise SourceError(f"{old} holds no text that can be read; run: ibid ingest --rebuild PATH")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.data_dir, prefix="rebuild-") as folder:
        library = Library(settings.model_copy(update={"data_dir": Path(folder)}))
        done = [
            index_document(library.index, library.embedder, document, source, settings.max_tokens, report)
            for source, document in [
                *((_source_of(info), document) for info, document in held),
                *zip(sources, documents, strict=True),
            ]
        ]
        swap_in(Path(folder) / FILE, old)
    return done


def _source_of(info: DocumentInfo) -> Source:
    return Source(Path(info.id), info.id, authors=info.authors, publisher=info.publisher, date=info.date)
