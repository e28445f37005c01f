"""Looks quotes up in documents, and says where they stand when that is not in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from eval.places import Place, Places
from eval.question_form import Quoted
from ingest.errors import QuestionSetError

LISTED = 5
"""Places that are listed where there are several."""

AROUND = 30
"""Characters shown before and after such a place."""

SHOWN = 160
"""Characters shown of a quote, and of the stretch nearest to one."""


class Locator:
    """Looks quotes up. ``text_of`` gives a document's text by id, ``documents`` all ids; asked when they are needed."""

    def __init__(self, text_of: Callable[[str], str], documents: Callable[[], Iterable[str]]) -> None:
        self.text = text_of
        self._documents = documents
        self._known: dict[str, Places] = {}

    def locate(self, quoted: Quoted) -> Place:
        """The one place of a quote, by what is said of it.

        A quote is first looked for as it is, then but for what copying changes, then inside words; the first that is
        found counts. Raises QuestionSetError for a quote that stands nowhere or in several places, NotFound for an
        unknown document.
        """
        documents = self._among(quoted.document_id)
        places = _first_found(documents, quoted.quote.strip())
        if not places:
            raise QuestionSetError(self._missing(quoted, documents))
        on_page = [place for place in places if self._is_on(place, quoted.page)]
        if not on_page:
            raise QuestionSetError(
                f"{self._quote(quoted)} does not stand on p. {quoted.page}, but in {self._listed(places)}; correct the "
                "page, or leave it out"
            )
        if quoted.start is not None and len({place.document_id for place in on_page}) == 1:
            start = quoted.start
            return min(on_page, key=lambda place: abs(place.hull.start - start))
        if len(on_page) > 1:
            raise QuestionSetError(
                f"{self._quote(quoted)} stands in {len(on_page)} places: {self._listed(on_page)}; quote more of it, or "
                'say which with "document_id", "page" or "start"'
            )
        return on_page[0]

    def _among(self, document_id: str | None) -> list[Places]:
        ids = [document_id] if document_id is not None else self._all
        if not ids:
            raise QuestionSetError("there is no document to look its quotes up in; run: ibid ingest PATH")
        for one in ids:
            if one not in self._known:
                self._known[one] = Places(one, self.text(one))
        return [self._known[one] for one in ids]

    @cached_property
    def _all(self) -> list[str]:
        return sorted(self._documents())

    def _is_on(self, place: Place, page: int | None) -> bool:
        if page is None:
            return True
        first, last = self._known[place.document_id].pages(place)
        return first <= page <= last

    # --- what is said ----------------------------------------------------------------------------------

    def _missing(self, quoted: Quoted, documents: Sequence[Places]) -> str:
        where = quoted.document_id or (documents[0].id if len(documents) == 1 else "")
        said = f"{where} does not hold {self._quote(quoted)}" if where else f"no document holds {self._quote(quoted)}"
        near = [found for document in documents if (found := document.nearest(quoted.quote))]
        if not near:
            return f"{said}, nor anything near; copy it from the document, or give a question that rests on another"
        _, place = max(near, key=lambda found: found[0])
        return f"{said}; nearest is {self._where(place)} (“{self._around(place)}”); correct the quote by it"

    def _quote(self, quoted: Quoted) -> str:
        return f"the quote “{_cut(' '.join(quoted.quote.split()))}”"

    def _listed(self, places: Sequence[Place]) -> str:
        shown = [f"{self._where(place)} (“{self._around(place)}”)" for place in places[:LISTED]]
        more = len(places) - len(shown)
        return "; ".join([*shown, *([f"and {more} more"] if more else [])])

    def _where(self, place: Place) -> str:
        first, last = self._known[place.document_id].pages(place)
        pages = f"p. {first}" if first == last else f"pp. {first}–{last}"
        return f"{place.document_id}, {pages}, start {place.hull.start}"

    def _around(self, place: Place) -> str:
        text, hull = self._known[place.document_id].text, place.hull
        before, after = text[max(0, hull.start - AROUND) : hull.start], text[hull.end : hull.end + AROUND]
        if hull.start > AROUND:
            before = before[before.find(" ") + 1 :]
        if hull.end + AROUND < len(text):
            after = after[: after.rfind(" ") + 1]
        return _cut(" ".join(f"{before}{text[slice(*hull)]}{after}".split()))


def _first_found(documents: Sequence[Places], quote: str) -> list[Place]:
    """Where a quote stands by the strictest way of looking that finds it."""
    ways: tuple[Callable[[Places], list[Place]], ...] = (
        lambda document: document.exact(quote),
        lambda document: document.read(quote),
        lambda document: document.exact(quote, inside_words=True),
    )
    for way in ways:
        if found := [place for document in documents for place in way(document)]:
            return found
    return []


def _cut(text: str) -> str:
    """A text without its middle, if it is long."""
    if len(text) <= SHOWN:
        return text
    half = SHOWN // 2
    return f"{text[:half].rstrip()} … {text[-half:].lstrip()}"
