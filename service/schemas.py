"""What the service gives, as it goes over the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field

from index.contract import DocumentInfo
from index.retrieval import Hit
from ingest.model import Block, BlockKind, Footnote, PageSource, Passage, PassageKind, Span
from service.answer import Answer, Citation, Sentence, Support
from service.notes import ListedNote
from service.outline import PageStart, Section, page_starts, sections

Range = tuple[int, int]
"""Half-open range of characters (Unicode code points) in a document's text."""


class FootnoteOut(BaseModel):
    """A footnote; ``marker`` is where the body first calls it, null where that was not found."""

    key: int = Field(description="unique in the document: the number, counted on where the numbering starts anew")
    number: int
    label: str = Field(description="what calls the note: 12, *, silver")
    text: str
    urls: list[str]
    printed_urls: list[str] = Field(description="the same addresses as the source has them")
    spans: list[Range]
    printed: Range | None = Field(description="the note's own number in the source")
    marker: Range | None
    markers: list[Range] = Field(description="all calls, in the order of the source")
    region: Range | None = Field(description="where a lost marker must have stood")
    caller: list[Range] = Field(description="the sentence that calls the note")
    found: str
    confidence: float
    style: str
    page: int
    refers_to: int | None = Field(description="key of the note that Ibid., op. cit. or supra points at")

    @classmethod
    def of(cls, note: Footnote) -> FootnoteOut:
        """From a Footnote."""
        return cls(
            key=note.key,
            number=note.number,
            label=note.label,
            text=note.text,
            urls=list(note.urls),
            printed_urls=list(note.printed_urls),
            spans=_ranges(note.spans),
            printed=note.printed,
            marker=note.marker,
            markers=_ranges(note.markers),
            region=note.region,
            caller=_ranges(note.caller),
            found=note.found.value,
            confidence=note.confidence,
            style=note.style,
            page=note.page,
            refers_to=note.refers_to,
        )


class PassageOut(BaseModel):
    """A passage: ``text`` is what ``spans`` of the document's text read."""

    passage_id: str
    document_id: str
    document_title: str
    kind: PassageKind
    text: str
    section: list[str]
    pages: tuple[int, int]
    spans: list[Range]
    footnotes: list[FootnoteOut]

    @classmethod
    def fields_of(cls, passage: Passage, title: str, notes: tuple[Footnote, ...]) -> dict[str, object]:
        """The fields that a passage and a hit share."""
        return {
            "passage_id": passage.id,
            "document_id": passage.document_id,
            "document_title": title,
            "kind": passage.kind,
            "text": passage.text,
            "section": list(passage.section),
            "pages": passage.pages,
            "spans": _ranges(passage.spans),
            "footnotes": [FootnoteOut.of(note) for note in notes],
        }


class ScoresOut(BaseModel):
    """Parts of a score; higher is better in each."""

    dense: float = Field(description="cosine of the question's vector and the passage's")
    lexical: float = Field(description="BM25")
    late: float = Field(description="mean best cosine of the question's tokens, by rarity")
    sentence: float = Field(description="the same for the passage's best sentence alone")
    phrase: float = Field(description="the same for words that follow each other in the question, met together")
    reranked: float | None = Field(None, description="of a model that reads question and passage together")


class MatchOut(BaseModel):
    """A word of the question met at ``start`` to ``end`` of the passage's ``text``."""

    word: str = Field(description="as it stands in the question")
    weight: float = Field(description="the word's share of the question, 0 to 1")
    start: int
    end: int
    cosine: float
    exact: bool = Field(description="the same word, endings aside; otherwise the nearest in meaning")


class HitOut(PassageOut):
    """A passage that was found, with its score and why it was."""

    score: float
    scores: ScoresOut
    matches: list[MatchOut] = Field([], description="where the question's words are met, in the order of the text")
    callers: list[str] = Field([], description="ids of the passages that call this note")
    duplicates: list[str] = Field([], description="ids of passages with the same words, which are left out")

    @classmethod
    def of(cls, hit: Hit) -> HitOut:
        """From a Hit."""
        shared = cls.fields_of(hit.passage, hit.document_title, hit.footnotes)
        scores = ScoresOut.model_validate(hit, from_attributes=True)
        matches = [MatchOut.model_validate(match, from_attributes=True) for match in hit.matches]
        found = {"matches": matches, "callers": list(hit.callers), "duplicates": list(hit.duplicates)}
        return cls.model_validate({**shared, **found, "score": hit.score, "scores": scores})


class SearchOut(BaseModel):
    """Hits, best first."""

    hits: list[HitOut]


class CitationOut(BaseModel):
    """A quote and its place; ``verified`` says that re-reading ``spans`` of the source gave it again."""

    mark: int
    passage_id: str
    document_id: str
    document_title: str
    quote: str
    spans: list[Range]
    pages: tuple[int, int]
    section: list[str]
    footnotes: list[FootnoteOut]
    verified: bool

    @classmethod
    def of(cls, citation: Citation) -> CitationOut:
        """From a Citation."""
        passage = citation.hit.passage
        return cls(
            mark=citation.mark,
            passage_id=passage.id,
            document_id=passage.document_id,
            document_title=citation.hit.document_title,
            quote=citation.quote,
            spans=_ranges(citation.spans),
            pages=passage.pages,
            section=list(passage.section),
            footnotes=[FootnoteOut.of(note) for note in citation.footnotes],
            verified=citation.verified,
        )


class SentenceOut(BaseModel):
    """A sentence of an answer, and how far what it cites bears it out; ``reason`` says why where it does not."""

    text: str
    marks: list[int]
    support: Support
    reason: str

    @classmethod
    def of(cls, sentence: Sentence) -> SentenceOut:
        """From a Sentence."""
        return cls.model_validate(sentence, from_attributes=True)


class UsageOut(BaseModel):
    """Tokens that a language model read and wrote for an answer."""

    prompt_tokens: int
    completion_tokens: int


class AnswerOut(BaseModel):
    """An answer: text with ``[1]`` marks, and the citations they stand for."""

    question: str
    answer: str
    mode: str
    confidence: float
    citations: list[CitationOut]
    hits: list[HitOut]
    notice: str | None
    read_as: str = Field(description="what was searched for: the question, or what was read for it")
    sentences: list[SentenceOut] = Field(description="the answer's sentences, each checked against what it cites")
    unmet: list[str] = Field(description="what of the question the evidence does not meet, the gravest first")
    usage: UsageOut | None = Field(None, description="what a language model read and wrote; null where none answered")

    @classmethod
    def of(cls, answer: Answer) -> AnswerOut:
        """From an Answer."""
        return cls(
            question=answer.question,
            answer=answer.text,
            mode=answer.mode.value,
            confidence=round(answer.confidence, 4),
            citations=[CitationOut.of(citation) for citation in answer.citations],
            hits=[HitOut.of(hit) for hit in answer.hits],
            notice=answer.notice,
            read_as=answer.read_as,
            sentences=[SentenceOut.of(sentence) for sentence in answer.sentences],
            unmet=list(answer.unmet),
            usage=UsageOut.model_validate(answer.usage, from_attributes=True) if answer.usage else None,
        )


class DocumentOut(BaseModel):
    """A document without its text."""

    id: str
    title: str
    media_type: str
    sha256: str
    characters: int
    passages: int
    footnotes: int
    authors: list[str]
    publisher: str
    date: str
    questions: list[str] = Field(description="some that the document answers, as its manifest names them")

    @classmethod
    def of(cls, info: DocumentInfo) -> DocumentOut:
        """From a DocumentInfo."""
        return cls.model_validate(info, from_attributes=True)


class DocumentsOut(BaseModel):
    """All documents, by id."""

    documents: list[DocumentOut]


class TextOut(BaseModel):
    """A slice of a document's exact text; ``length`` is that of the whole."""

    document_id: str
    start: int
    end: int
    length: int
    text: str


class ListedFootnoteOut(FootnoteOut):
    """A footnote with what calls it."""

    caller_text: str = Field(description="the sentence that calls the note, as it is read; empty if not known")
    passages: list[str] = Field(description="ids of the passages that call the note")

    @classmethod
    def of_listed(cls, listed: ListedNote) -> ListedFootnoteOut:
        """From a ListedNote."""
        shared = FootnoteOut.of(listed.note).model_dump()
        return cls.model_validate({**shared, "caller_text": listed.caller, "passages": list(listed.passages)})


class FootnotesOut(BaseModel):
    """A document's footnotes, by key."""

    document_id: str
    footnotes: list[ListedFootnoteOut]


class SectionOut(BaseModel):
    """A section, from its heading to the next one that is not below it."""

    path: list[str] = Field(description="its title, after those of the sections that it is part of; a section_prefix")
    level: int = Field(ge=1, description="how many titles the path has")
    start: int
    end: int
    pages: tuple[int, int]

    @classmethod
    def of(cls, section: Section) -> SectionOut:
        """From a Section."""
        start, end = section.span
        path = list(section.path)
        return cls(path=path, level=len(path), start=start, end=end, pages=section.pages)


class PageStartOut(BaseModel):
    """Where a page begins."""

    page: int
    start: int
    known: PageSource = Field(description="whether its number is printed, interpolated between such, or only counted")

    @classmethod
    def of(cls, page: PageStart) -> PageStartOut:
        """From a PageStart."""
        return cls.model_validate(page, from_attributes=True)


class BlockOut(BaseModel):
    """A stretch of the source that is one thing; nothing but white space stands between two of them."""

    kind: BlockKind
    start: int
    end: int


class ContentsOut(BaseModel):
    """What stands where in a document, each list in the order of the source."""

    document_id: str
    sections: list[SectionOut]
    pages: list[PageStartOut]
    blocks: list[BlockOut]

    @classmethod
    def of(cls, document_id: str, blocks: Sequence[Block]) -> ContentsOut:
        """From a document's Blocks."""
        return cls(
            document_id=document_id,
            sections=[SectionOut.of(section) for section in sections(blocks)],
            pages=[PageStartOut.of(page) for page in page_starts(blocks)],
            blocks=[BlockOut(kind=b.kind, start=b.content.start, end=b.content.end) for b in blocks],
        )


class ProgressOut(BaseModel):
    """How many passages of an upload are done, of how many; 0 of 0 while its text is still being read."""

    done: int
    total: int


class PassageWithNeighbours(BaseModel):
    """A passage, and the ids of those before and after it in its document."""

    passage: PassageOut
    previous: str | None
    next: str | None


class AliveOut(BaseModel):
    """That the process is alive."""

    status: Literal["alive"]


class ReadyOut(BaseModel):
    """That the service can answer, and over how much."""

    status: Literal["ready"]
    generation: int
    documents: int
    passages: int


class ProblemOut(BaseModel):
    """An error (RFC 9457): ``detail`` says what is wrong and what to do."""

    type: str
    title: str
    status: int
    detail: str


class ErrorOut(BaseModel):
    """An error as clients of OpenAI's API read it; ``message`` is the problem's ``detail``."""

    message: str
    type: Literal["invalid_request_error", "server_error"]
    param: str | None
    code: str | None


class OpenAIProblemOut(ProblemOut):
    """A problem, and the same for clients of OpenAI's API."""

    error: ErrorOut


def _ranges(spans: tuple[Span, ...]) -> list[Range]:
    return [(start, end) for start, end in spans]
