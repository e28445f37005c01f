"""Each measure of ingestion is what it says, worked out by hand on a document of two pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval import layout_measures, note_measures
from eval.cli import app
from eval.figures import Measure, overlap, share
from eval.ingestion import evaluate, find_document
from eval.truth import Truth, TruthError, load_truth
from ingest.errors import SourceError
from ingest.model import Block, BlockKind, Document, Footnote, Found, Ingested, Passage, PassageKind, Span
from ingest.reading import read_spans

TEXT = """Herons nest in reeds.¹ The old ca-

¹ Ada Marsh, Reeds. https://a.org/1

8 Annals

nal is calm by day. Boats sail at night.

² Ben Reed, Boats.

9 Annals

Table 1. Boats

Harbour\tBoats
North\t41
South\t7
"""


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


KINDS = {
    "¹ Ada": BlockKind.FOOTNOTE,
    "² Ben": BlockKind.FOOTNOTE,
    "8 Ann": BlockKind.FURNITURE,
    "9 Ann": BlockKind.FURNITURE,
}


def blocks() -> tuple[Block, ...]:
    found: list[Block] = []
    start = 0
    for words in TEXT.rstrip("\n").split("\n\n"):
        content = Span(start, start + len(words))
        end = min(content.end + 2, len(TEXT))
        page = 8 if start <= at("8 Annals").start else 9
        found.append(Block(KINDS.get(words[:5], BlockKind.PARAGRAPH), Span(start, end), content, page))
        start = end
    return tuple(found)


def note(number: int, body: str, marker: str | None) -> Footnote:
    spans = (at(body),)
    return Footnote(
        **{"key": number, "number": number, "label": str(number), "text": read_spans(TEXT, spans), "spans": spans},
        printed=Span(spans[0].start - 2, spans[0].start),
        markers=(at(marker),) if marker else (),
        urls=("https://a.org/1",) if "a.org" in body else (),
        printed_urls=(),
        found=Found.PRINTED if marker else Found.LOST,
        confidence=1.0,
        page=8 if number == 1 else 9,
        style="superscript",
        caller=() if marker else (at("nal is calm by day."),),
        region=None if marker else at("nal is calm by day. Boats sail at night."),
    )


def passage(kind: PassageKind, *spans: Span) -> Passage:
    return Passage("id", "doc", 0, kind, read_spans(TEXT, spans), spans, (), (8, 9), ())


def understood(**changes: object) -> Ingested:
    """What a faultless ingestion gives, but for the changes."""
    rows = [
        (at("Table 1. Boats\n"), at("Harbour\t"), at(f"{name}\t"), at("Boats\n"), at(count))
        for name, count in (("North", "41"), ("South", "7"))
    ]
    whole = Ingested(
        Document("doc", "Annals", "text/plain", "0" * 64, TEXT),
        blocks(),
        (note(1, "Ada Marsh, Reeds. https://a.org/1", "¹"), note(2, "Ben Reed, Boats.", None)),
        (
            passage(
                PassageKind.BODY,
                at("Herons nest in reeds."),
                at(" The old ca"),
                at("nal is calm by day. Boats sail at night."),
            ),
            *(passage(PassageKind.TABLE, *spans) for spans in rows),
        ),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


NOTES: list[dict[str, Any]] = [
    {
        **{
            "n": 1,
            "note_spans": [at("¹ Ada Marsh, Reeds. https://a.org/1")],
            "note_text": "Ada Marsh, Reeds. https://a.org/1",
        },
        **{"url": ["https://a.org/1"], "marker_span": at("¹"), "lost_region": None, "anchor_candidates": []},
    },
    {
        **{"n": 2, "note_spans": [at("² Ben Reed, Boats.")], "note_text": "Ben Reed, Boats.", "url": []},
        **{"marker_span": None, "lost_region": at("nal is calm by day. Boats sail at night.")},
        "anchor_candidates": ["The old canal is calm by day."],
    },
]
JOINS = [
    {
        **{
            "left_end": at("ca-").end,
            "right_start": at("nal is").start,
            "left_tail": "The old ca-",
            "right_head": "nal is",
        },
        **{"hyphenated": True, "joined_word": "canal"},
    }
]
FURNITURE = [{"span": at("8 Annals"), "text": "8 Annals"}, {"span": at("9 Annals"), "text": "9 Annals"}]
TABLES = [
    {
        **{"title": "Boats", "span": Span(at("Table 1.").start, len(TEXT)), "columns": ["Harbour", "Boats"]},
        "rows": [["North", "41"], ["South", "7"]],
    },
    {"title": "Boats", "span": at("Table 1. Boats"), "columns": [], "kind": "figure"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ground truth in files, and beside it a corpus of two documents."""
    for name, rows in (("footnotes_a", NOTES), ("joins_a", JOINS), ("furniture_a", FURNITURE), ("tables_a", TABLES)):
        (tmp_path / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "annals.txt").write_text(TEXT, encoding="utf-8", newline="")
    (tmp_path / "corpus" / "other.txt").write_text("Goats graze on the steppe.\n" * 20, encoding="utf-8")
    return tmp_path


@pytest.fixture
def truth(folder: Path) -> Truth:
    return load_truth(folder)


def figures(measures: Iterable[Measure]) -> dict[str, tuple[int, int]]:
    return {measure.name: (measure.met, measure.of) for measure in measures}


# --- figures -------------------------------------------------------------------------------------------------


def test_a_share_passes_at_its_bar_and_names_what_it_missed() -> None:
    two_of_three = share("x", [(True, "a"), (False, "b"), (True, "c")], 2 / 3)
    assert (two_of_three.met, two_of_three.of, two_of_three.misses) == (2, 3, ("b",))
    assert two_of_three.passed is True
    assert replace(two_of_three, bar=0.67).passed is False
    assert replace(two_of_three, bar=None).passed is None


def test_of_nothing_nothing_is_missed_and_no_bar_is_passed() -> None:
    nothing = share("x", [], 1.0)
    assert (nothing.value, nothing.passed) == (1.0, None)


def test_precision_is_of_ours_and_recall_of_the_truth() -> None:
    precision, recall = overlap("x", {1, 2, 3, 4}, {3, 4, 5}, "abcdef", 0.5)
    assert (precision.met, precision.of, precision.misses) == (2, 4, ("1 'bc'",))
    assert (recall.met, recall.of, recall.misses) == (2, 3, ("5 'f'",))


# --- notes ---------------------------------------------------------------------------------------------------


def test_a_faultless_ingestion_passes_every_bar(truth: Truth) -> None:
    ingested = understood()
    measures = [
        *note_measures.note_measures(ingested, truth),
        *note_measures.marker_measures(ingested, truth),
        *note_measures.lost_measures(ingested, truth),
        *layout_measures.join_measures(ingested, truth),
        *layout_measures.furniture_measures(ingested, truth),
        *layout_measures.table_measures(ingested, truth),
    ]
    assert [m.name for m in measures if m.misses] == []
    assert [m.name for m in measures if m.most is None and m.of == 0] == []


def test_a_note_is_found_under_its_number_with_nine_tenths_of_it(truth: Truth) -> None:
    first, second = understood().footnotes
    cut = replace(first, spans=(at("Ada Marsh, Reeds. https://"),))  # 24 of the 31 characters of note 1
    misnumbered = replace(second, number=3)
    found = figures(note_measures.note_measures(understood(footnotes=(cut, misnumbered)), truth))
    assert found["notes found with the right number"] == (0, 2)
    less = replace(first, spans=(at("Ada Marsh, Reeds. https://a.or"),))  # 28 of 31
    found = figures(note_measures.note_measures(understood(footnotes=(less, second)), truth))
    assert found["notes found with the right number"] == (2, 2)


def test_characters_of_notes_are_those_of_text_and_printed_number_without_white_space(truth: Truth) -> None:
    first, second = understood().footnotes
    greedy = replace(second, spans=(at("Ben Reed, Boats.\n\n9 Annals"),), text="Ben Reed, Boats. 9 Annals")
    found = figures(note_measures.note_measures(understood(footnotes=(first, greedy)), truth))
    assert found["characters of notes: precision"] == (31 + 15, 31 + 15 + 7)
    assert found["characters of notes: recall"] == (46, 46)
    assert found["texts of notes equal"] == (1, 2)
    found = figures(note_measures.note_measures(understood(footnotes=(first,)), truth))
    assert found["characters of notes: precision"] == (31, 31)
    assert found["characters of notes: recall"] == (31, 46)


def test_a_note_that_is_none_costs_precision_though_its_number_is_not_the_truths(truth: Truth) -> None:
    extra = replace(understood().footnotes[0], number=40, spans=(at("8 Annals"),), printed=None, markers=())
    found = figures(note_measures.note_measures(understood(footnotes=(*understood().footnotes, extra)), truth))
    assert found["characters of notes: precision"] == (46, 46 + 7)


def test_note_blocks_are_measured_apart_from_what_is_read_of_them(truth: Truth) -> None:
    paragraph = tuple(
        replace(b, kind=BlockKind.PARAGRAPH) if b.content.start == at("² Ben").start else b for b in blocks()
    )
    found = figures(note_measures.note_measures(understood(blocks=paragraph), truth))
    assert found["characters of note blocks: recall"] == (31, 46)
    assert found["characters of notes: recall"] == (46, 46)


def test_addresses_count_one_by_one(truth: Truth) -> None:
    first, second = understood().footnotes
    found = figures(
        note_measures.note_measures(understood(footnotes=(replace(first, urls=("https://a.org",)), second)), truth)
    )
    assert found["addresses of notes equal"] == (0, 1)


def test_a_marker_must_have_the_exact_span_and_the_number(truth: Truth) -> None:
    first, second = understood().footnotes
    longer = replace(first, markers=(at(".¹"),))
    found = figures(note_measures.marker_measures(understood(footnotes=(longer, second)), truth))
    assert found["markers at the exact span"] == (0, 1)
    assert found["false markers"] == (0, 0)  # not exact, but there is a marker
    swapped = (replace(first, number=2), replace(second, number=1))
    found = figures(note_measures.marker_measures(understood(footnotes=swapped), truth))
    assert found["markers at the exact span"] == (1, 1)
    assert found["numbers of found markers right"] == (0, 1)


def test_a_marker_where_the_truth_has_none_is_false(truth: Truth) -> None:
    first, second = understood().footnotes
    invented = replace(second, markers=(at(" at night"),), found=Found.INFERRED)
    ingested = understood(footnotes=(first, invented))
    false = {measure.name: measure for measure in note_measures.marker_measures(ingested, truth)}["false markers"]
    assert (false.met, false.passed) == (1, False)
    assert false.misses == (f"note 2 at {at(' at night').start} ' at night'",)
    lost = figures(note_measures.lost_measures(ingested, truth))
    assert lost["lost markers reported lost"] == (0, 1)


def test_a_lost_marker_has_a_page_a_region_and_a_sentence(truth: Truth) -> None:
    first, second = understood().footnotes
    elsewhere = replace(second, page=8, region=at("Herons nest"), caller=(at("Boats sail at night."),))
    lost = figures(note_measures.lost_measures(understood(footnotes=(first, elsewhere)), truth))
    assert lost == {
        "lost markers reported lost": (1, 1),
        "lost markers on the right page": (0, 1),
        "lost markers in the right region": (0, 1),
        "sentences named for lost markers right": (0, 1),
    }
    silent = replace(second, caller=())
    lost = figures(note_measures.lost_measures(understood(footnotes=(first, silent)), truth))
    assert lost["sentences named for lost markers right"] == (0, 0)


# --- layout --------------------------------------------------------------------------------------------------


def joins(truth: Truth, *spans: Span) -> dict[str, tuple[int, int]]:
    return figures(layout_measures.join_measures(understood(passages=(passage(PassageKind.BODY, *spans),)), truth))


def test_a_join_is_one_sentence_read_across_the_break(truth: Truth) -> None:
    head, tail = at("The old ca"), at("nal is calm by day.")
    assert joins(truth, head, tail) == {
        "sentence joins: recall": (1, 1),
        "sentence joins: false": (0, 0),
        "joined words right": (1, 1),
    }
    kept = joins(truth, Span(head.start, head.end + 1), tail)  # The old ca-nal
    assert (kept["sentence joins: recall"], kept["joined words right"]) == ((1, 1), (0, 1))
    apart = joins(truth, Span(head.start, head.end + 3), tail)  # with the blank line: two lines
    assert (apart["sentence joins: recall"], apart["joined words right"]) == ((0, 1), (0, 1))


def test_a_sentence_read_from_two_blocks_is_false_unless_the_truth_joins_them(truth: Truth) -> None:
    wrong = joins(truth, at("The old "), at("Ada Marsh"))
    assert wrong["sentence joins: false"] == (1, 0)
    inside = joins(truth, at("The old "), at("reeds."))  # one block
    assert inside["sentence joins: false"] == (0, 0)
    two_sentences = joins(truth, at("Herons nest in reeds."), Span(at("day. Boats").start + 4, at("at night.").end))
    assert two_sentences["sentence joins: false"] == (0, 0)


def test_furniture_is_compared_by_characters(truth: Truth) -> None:
    kept = tuple(
        replace(b, kind=BlockKind.FURNITURE if "Table" in TEXT[slice(*b.content)] else b.kind) for b in blocks()
    )
    read = (passage(PassageKind.BODY, at("9 Annals")),)
    found = figures(layout_measures.furniture_measures(understood(blocks=kept, passages=read), truth))
    assert found == {
        "furniture characters: precision": (14, 14 + len("Table1.Boats")),
        "furniture characters: recall": (14, 14),
        "furniture characters that no passage reads": (7, 14),
    }


@pytest.mark.parametrize(
    "spans",
    [
        (at("Harbour\t"), at("North\t"), at("Boats\n"), at("41")),  # no title
        (at("Table 1. Boats\n"), at("North\t"), at("41")),  # no names
        (at("Table 1. Boats\n"), at("Harbour\t"), at("North\t"), at("Boats\n"), at("4")),  # cut
        (at("Table 1. Boats\n"), at("Harbour\t"), at("North\t"), at("Boats\n"), at("South\t"), at("41")),
    ],
)
def test_a_row_is_exact_with_its_title_and_each_name_before_its_cell(truth: Truth, spans: tuple[Span, ...]) -> None:
    assert figures(layout_measures.table_measures(understood(), truth)) == {
        "table rows exact, with their columns": (2, 2)
    }
    ingested = understood(passages=(passage(PassageKind.TABLE, *spans),))
    assert figures(layout_measures.table_measures(ingested, truth)) == {"table rows exact, with their columns": (0, 2)}


CONTENTS = "Contents\n\nRivers 3\nSilt 4\nBoats 9\n\nRivers\n\nSilt\n\nBoats\n"


def of_contents(*passages: tuple[tuple[str, ...], int, int], boats: int = 9) -> dict[str, tuple[int, int]]:
    """A document with contents, its headings, and passages of a section and pages."""
    starts = {title: CONTENTS.index(f"{title}\n") for title in ("Rivers", "Silt", "Boats")}
    paths = {"Rivers": ("Rivers",), "Silt": ("Rivers", "Silt"), "Boats": ("Boats",)}
    pages = {"Rivers": 3, "Silt": 4, "Boats": boats}
    headings = tuple(
        Block(BlockKind.HEADING, Span(at, at + 4), Span(at, at + 4), pages[title], paths[title])
        for title, at in starts.items()
    )
    document = Document("doc", "Contents", "text/plain", "0" * 64, CONTENTS)
    found = tuple(
        Passage("id", "doc", 0, PassageKind.BODY, "x", (Span(0, 1),), section, (first, last), ())
        for section, first, last in passages
    )
    return figures(layout_measures.page_measures(Ingested(document, headings, (), found)))


def test_headings_stand_on_the_page_that_the_contents_print() -> None:
    assert of_contents()["printed contents: headings on their page"] == (3, 3)
    assert of_contents(boats=10)["printed contents: headings on their page"] == (2, 3)


@pytest.mark.parametrize(
    ("section", "first", "last", "verdict"),
    [
        (("Rivers", "Silt"), 6, 6, (1, 1)),
        (("Rivers", "Silt"), 4, 9, (1, 1)),
        (("Rivers",), 6, 6, (0, 1)),  # between Silt and Boats, not under Silt
        (("Boats",), 6, 6, (0, 1)),  # Boats begin on page 9
        (("Rivers", "Silt"), 10, 10, (0, 1)),  # Boats have begun
        (("Rivers", "Silt"), 3, 3, (0, 1)),
        (("Boats",), 30, 31, (1, 1)),
        ((), 2, 2, (0, 0)),  # before the first: the contents do not say
        ((), 4, 4, (0, 0)),
    ],
)
def test_a_passage_agrees_with_the_contents(
    section: tuple[str, ...], first: int, last: int, verdict: tuple[int, int]
) -> None:
    assert of_contents((section, first, last))["printed contents: passages in place"] == verdict


def test_without_printed_contents_pages_are_not_measured() -> None:
    assert layout_measures.page_measures(understood()) == []


# --- truth ---------------------------------------------------------------------------------------------------


def test_the_region_begins_with_the_document_only_if_note_1_is_known(truth: Truth) -> None:
    assert truth.region == Span(0, len(TEXT))
    second = replace(truth, notes=truth.notes[1:], joins=(), tables=())
    assert second.region == Span(at("8 Annals").start, at("9 Annals").end)


def test_a_truth_that_covers_a_part_measures_only_that(truth: Truth) -> None:
    second = replace(truth, notes=truth.notes[1:])
    found = figures(note_measures.note_measures(understood(), second))
    assert found["characters of notes: precision"] == (15, 15)
    assert found["characters of note blocks: precision"] == (15, 15)
    assert figures(note_measures.marker_measures(understood(), second))["false markers"] == (0, 0)


def test_the_document_that_fits_is_found(folder: Path, truth: Truth) -> None:
    assert find_document(truth, folder / "corpus").id == "annals"
    assert find_document(truth, folder / "corpus", "annals").text == TEXT
    assert find_document(truth, folder / "none", str(folder / "corpus" / "annals.txt")).text == TEXT


@pytest.mark.parametrize(
    ("wanted", "error", "sentence"),
    [
        ("other", TruthError, "other is not the document that the ground truth is about: 0% of the truth's texts"),
        ("nothing", TruthError, "'nothing' is neither a file nor a document in"),
        (None, TruthError, "no document in .* fits: 0% of"),
    ],
)
def test_a_document_that_does_not_fit_is_one_sentence(
    folder: Path, truth: Truth, wanted: str | None, error: type[Exception], sentence: str
) -> None:
    if wanted is None:
        (folder / "corpus" / "annals.txt").unlink()
    with pytest.raises(error, match=sentence):
        find_document(truth, folder / "corpus", wanted)


def test_without_a_corpus_folder_the_error_says_so(folder: Path, truth: Truth) -> None:
    with pytest.raises(SourceError, match="none does not exist"):
        find_document(truth, folder / "none")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "footnotes_b.json cannot be read"),
        ("{}", "footnotes_b.json holds no list"),
        ("[1]", "footnotes_b.json, entry 1 is wrong"),
        (json.dumps([{"n": 3}]), "footnotes_b.json, entry 1 has no 'note_spans'"),
        (json.dumps([NOTES[0] | {"n": "x"}]), "footnotes_b.json, entry 1 is wrong"),
        (json.dumps([NOTES[0] | {"note_spans": [[9, 3]]}]), "entry 1 is wrong .span must satisfy"),
        (json.dumps([NOTES[0] | {"note_spans": []}]), "entry 1 is wrong .a note has no place"),
        (json.dumps([NOTES[0]]), "has note 1 twice"),
    ],
)
def test_bad_ground_truth_is_one_sentence(folder: Path, content: str, sentence: str) -> None:
    (folder / "footnotes_b.json").write_text(content)
    with pytest.raises(TruthError, match=sentence):
        load_truth(folder)


def test_a_folder_without_ground_truth_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TruthError, match="holds no ground truth"):
        load_truth(tmp_path)
    with pytest.raises(TruthError, match="is no folder"):
        load_truth(tmp_path / "none")


# --- the command ---------------------------------------------------------------------------------------------


def call(folder: Path, *arguments: str) -> tuple[int, str]:
    command = ["eval", "--ingestion", "--truth", str(folder), *arguments]
    done = CliRunner().invoke(app, command, env={"IBID_CORPUS_DIR": str(folder / "corpus"), "COLUMNS": "200"})
    return done.exit_code, done.stdout


def test_the_command_prints_every_measure_with_its_bar_and_needs_no_index(folder: Path) -> None:
    code, out = call(folder)
    assert code == 0
    [found] = [line for line in out.splitlines() if "notes found with the right number" in line and "%" in line]
    assert found.split()[-5:] == ["of", "2", "100", "%", found.split()[-1]]
    rows = json.loads(call(folder, "--json")[1])
    assert rows["document"] == "annals"
    assert [row["name"] for row in rows["measures"] if row["name"] not in out] == []
    assert {"name", "met", "of", "bar", "most", "value", "passed", "misses"} == set(rows["measures"][0])


def test_a_missed_bar_fails_the_command_only_with_gate(folder: Path) -> None:
    (folder / "furniture_b.json").write_text(json.dumps([{"span": at("Boats sail"), "text": "Boats sail"}]))
    code, out = call(folder)
    assert (code, "miss" in out) == (0, True)
    assert f"  {at('Boats sail').start} 'Boats sail'" in out.splitlines()
    assert call(folder, "--gate")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [["--truth", "x"], ["--document", "x"], ["--ingestion"], ["--ingestion", "--truth", "x", "--split", "dev"]],
)
def test_options_that_do_not_go_together_are_a_usage_error(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["eval", *arguments]).exit_code == 2


def test_evaluation_ingests_the_document_itself(folder: Path, truth: Truth) -> None:
    report = evaluate(find_document(truth, folder / "corpus"), truth)
    assert report.document_id == "annals"
    named = {measure.name: measure for measure in report.measures}
    assert named["table rows exact, with their columns"].passed is True
    assert report.passed is all(measure.passed is not False for measure in report.measures)
