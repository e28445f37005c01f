"""A question set of one's own: quotes without spans are looked up, and what cannot be is told with what to do."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from fakes import HashEmbedder
from pages import GOATS, PAGES, TEXTS
from serving import serving
from typer.testing import CliRunner

from eval.cli import app
from eval.questions import Judgement, load_questions
from eval.remote import RemoteSystem
from eval.system import LibrarySystem
from index.models import SentenceTransformerEmbedder
from ingest.errors import NotFound, QuestionSetError
from service.app import create_app
from service.library import Library, ingest
from service.settings import Settings

EVAL_README = (Path(__file__).parents[2] / "eval" / "README.md").read_text(encoding="utf-8")
ASKED = "Who keeps it?"


def text_of(document_id: str) -> str:
    if document_id not in TEXTS:
        raise NotFound(f"there is no document {document_id!r}; the index has goats, rivers")
    return TEXTS[document_id]


def written(folder: Path, *rows: object) -> Path:
    path = folder / "my.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def loaded(folder: Path, *rows: object) -> list[Judgement]:
    return load_questions(written(folder, *rows), text_of, lambda: TEXTS)


def evidence(folder: Path, given: object) -> list[list[tuple[str, str]]]:
    """Documents and quotes of the evidence that is ``given``."""
    [question] = loaded(folder, {"question": ASKED, "evidence": given})
    for piece in (piece for alternative in question.evidence for piece in alternative):
        assert TEXTS[piece.document_id][slice(*piece.span)] == piece.quote
    return [[(piece.document_id, piece.quote) for piece in alternative] for alternative in question.evidence]


def refused(folder: Path, given: object) -> str:
    with pytest.raises(QuestionSetError) as caught:
        loaded(folder, {"question": ASKED, "evidence": given})
    return str(caught.value)


# --- the form ------------------------------------------------------------------------------------------------


def test_a_question_with_a_quote_alone_is_whole(tmp_path: Path) -> None:
    [question, miss] = loaded(
        tmp_path, {"question": ASKED, "evidence": "Three goats"}, {"question": "Any zebras?", "evidence": []}
    )
    assert (question.split, question.type, question.style) == ("test", "fact", "plain")
    assert (question.answer, question.aliases) == ("Three goats", ())
    assert (miss.type, miss.answer, miss.answerable) == ("unanswerable", "", False)
    assert question.id != miss.id
    assert question.id == loaded(tmp_path, {"question": ASKED, "evidence": []})[0].id  # wherever it stands


def test_what_is_given_is_kept(tmp_path: Path) -> None:
    given = {"id": "a", "split": "dev", "type": "person", "style": "short", "answer": "three", "aliases": ["3"]}
    [question] = loaded(tmp_path, {"question": ASKED, "evidence": ["Three goats"], "note to myself": "?", **given})
    assert {name: getattr(question, name) for name in given} == {**given, "aliases": ("3",)}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("mail and oranges", [[("rivers", "mail and oranges")]]),
        (["mail", "Three goats"], [[("rivers", "mail"), ("goats", "Three goats")]]),
        ([{"quote": "mail"}, "oranges"], [[("rivers", "mail"), ("rivers", "oranges")]]),
        (
            [["mail"], ["oranges", "Three goats"]],
            [[("rivers", "mail")], [("rivers", "oranges"), ("goats", "Three goats")]],
        ),
        ([[{"document_id": "goats", "quote": "The ferry of Southgate"}]], [[("goats", "The ferry of Southgate")]]),
        ({"quote": "The ferry of Southgate", "page": 2}, [[("rivers", "The ferry of Southgate")]]),
        (
            {"quote": "the Canal Partnership share the harvest"},
            [[("rivers", "the Canal Part"), ("rivers", "nership share the harvest")]],
        ),
    ],
)
def test_quotes_are_given_as_is_handy(tmp_path: Path, given: object, found: object) -> None:
    assert evidence(tmp_path, given) == found


def test_a_start_says_which_place_is_meant_and_need_not_be_exact(tmp_path: Path) -> None:
    first, last = PAGES.index("Nobody keeps"), PAGES.rindex("Nobody keeps")
    for hint, place in ((first, first), (first + 40, first), (last - 3, last), (0, first), (10**6, last)):
        given = {"quote": "Nobody keeps the dam.", "start": hint}
        [question] = loaded(tmp_path, {"question": ASKED, "evidence": given})
        assert question.evidence[0][0].span.start == place


def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "my.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"question": "Q?", "evidence": "mail"}\r\n\r\n')
    assert len(load_questions(path, text_of, lambda: TEXTS)) == 1


# --- what cannot be looked up --------------------------------------------------------------------------------


def test_a_quote_that_stands_nowhere_is_told_with_the_nearest(tmp_path: Path) -> None:
    assert refused(tmp_path, ["mail", "The ferry of Northgate sails twice a week."]) == (
        f"my.jsonl, line 1, '{ASKED}': no document holds the quote “The ferry of Northgate sails twice a week.”; "
        f"nearest is goats, p. 1, start {GOATS.index('The ferry')} (“goats graze on the steppe. The ferry of "
        "Southgate sails twice a day.”); correct the quote by it"
    )
    assert refused(tmp_path, {"quote": "Zebras at noon", "document_id": "goats"}).endswith(
        "goats does not hold the quote “Zebras at noon”, nor anything near; copy it from the document, or give a "
        "question that rests on another"
    )


def test_a_quote_that_stands_in_several_places_is_told_with_all_of_them(tmp_path: Path) -> None:
    message = refused(tmp_path, "The ferry of Southgate")
    assert "the quote “The ferry of Southgate” stands in 2 places: goats, p. 1, start" in message
    assert f"; rivers, p. 2, start {PAGES.index('The ferry')} (“" in message
    assert message.endswith('; quote more of it, or say which with "document_id", "page" or "start"')
    assert "; and 3 more; quote more" in refused(tmp_path, {"quote": "the", "document_id": "rivers"})


def test_a_page_on_which_it_does_not_stand_is_told(tmp_path: Path) -> None:
    message = refused(tmp_path, {"quote": "mail", "page": 3})
    assert "the quote “mail” does not stand on p. 3, but in rivers, p. 2, start" in message
    assert message.endswith("; correct the page, or leave it out")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    rows = [{"question": f"Q{n}?", "evidence": quote} for n, quote in enumerate(["zebra", "mail", "zebu"])]
    with pytest.raises(QuestionSetError) as caught:
        loaded(tmp_path, *rows, {"question": "Q?", "evidence": {"quote": "mail", "document_id": "x"}})
    lines = str(caught.value).splitlines()
    assert [line[:24] for line in lines] == [
        f"my.jsonl, line {n}, 'Q{m}: "[:24] for n, m in ((1, "0?'"), (3, "2?'"), (4, "?'"))
    ]
    assert lines[2].endswith("there is no document 'x'; the index has goats, rivers")
    with pytest.raises(QuestionSetError, match=r"and 4 more$"):
        loaded(tmp_path, *({"question": f"Q{n}?", "evidence": "zebra"} for n in range(14)))


def test_without_documents_a_quote_cannot_be_looked_up(tmp_path: Path) -> None:
    path = written(tmp_path, {"question": ASKED, "evidence": "mail"})
    with pytest.raises(QuestionSetError, match="there is no document to look it up in; give both"):
        load_questions(path)
    with pytest.raises(QuestionSetError, match=r"there is no document to look its quotes up in; run: ibid ingest PATH"):
        load_questions(path, text_of)


# --- the command ---------------------------------------------------------------------------------------------

SET = (
    {"question": "How often does the boat go?", "answer": "twice a day", "evidence": "It carries mail and oranges."},
    {
        "question": "Who share the harvest?",
        "evidence": ["the Canal Partnership share the harvest", "Three goats graze"],
    },
    {"question": "Did Zuckerberg buy Instagram in 2012?", "evidence": []},
)


def test_a_service_and_its_library_find_the_same(tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data")
    ingest(settings, [tmp_path / "rivers.txt", tmp_path / "goats.txt"], embedder=HashEmbedder())
    library, path = Library(settings, HashEmbedder()), written(tmp_path, *SET)
    here = LibrarySystem(library)
    with serving(create_app(settings, library)) as address, closing(RemoteSystem(address)) as there:
        found = load_questions(path, there.text, there.documents)
    assert found == load_questions(path, here.text, here.documents)
    assert [len(question.evidence) for question in found] == [1, 1, 0]


def test_the_example_of_the_readme_is_checked_and_asked(whole: Library, tmp_path: Path) -> None:
    [_, example] = EVAL_README.split("```jsonl\n")
    (tmp_path / "my.jsonl").write_text(example.partition("```")[0], encoding="utf-8")
    options = ["--questions", str(tmp_path / "my.jsonl"), "--data-dir", str(whole.settings.data_dir), "--json"]
    checked = CliRunner().invoke(app, ["eval", *options, "--check"], catch_exceptions=False)
    assert json.loads(checked.stdout)["questions"] == 4
    asked = json.loads(CliRunner().invoke(app, ["eval", *options], catch_exceptions=False).stdout)
    assert [len(row["question"]["evidence"]) for row in asked["rows"]] == [1, 1, 2, 0]
    assert all(row["measures"]["hit@2048"] == 1 for row in asked["rows"][:3])


def test_a_set_can_be_checked_against_a_service_too(tmp_path: Path, real_embedder: SentenceTransformerEmbedder) -> None:
    (tmp_path / "rivers.txt").write_text(PAGES, encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data")
    ingest(settings, [tmp_path / "rivers.txt"], embedder=real_embedder)
    path = written(tmp_path, SET[0])
    with serving(create_app(settings, Library(settings, real_embedder))) as address:
        options = ["eval", "--questions", str(path), "--check", "--json", "--url", address]
        told = json.loads(CliRunner().invoke(app, options, catch_exceptions=False).stdout)
    assert told["questions"] == 1
