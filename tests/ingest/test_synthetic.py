"""The promises of the generator: what it says of a document is so, to the character."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise

import pytest
from synthetic import STYLES, Linked, State, Synthetic, faults, score, write

from ingest.model import Span

RAISED = "[⁰¹²³⁴⁵⁶⁷⁸⁹]+"
PLAIN = r"[0-9]+"
NAMED = r"\[\^[\w-]+\]"
GROUP = rf"\[{PLAIN}((, |–){PLAIN})*\]"
DOTTED = rf"{PLAIN}\.?"
SHAPES = {  # of each style, what its markers and its printed numbers look like
    "superscript": (RAISED, RAISED),
    "caret-brace": (rf"\^\{{{PLAIN}\}}", rf"\^\{{{PLAIN}\}}"),
    "plain": (PLAIN, PLAIN),
    "plain-dot": (PLAIN, rf"{PLAIN}\."),
    "latex": (rf"\$\^\{{{PLAIN}\}}\$", rf"\$\^\{{{PLAIN}\}}\$"),
    "latex-word": (rf"\^\{{{PLAIN}\}}", rf"\$\^\{{{PLAIN}\}}\$"),
    "textsuperscript": (rf"\\textsuperscript\{{{PLAIN}\}}", rf"\\textsuperscript\{{{PLAIN}\}}"),
    "footnotemark": (rf"\\footnotemark\[{PLAIN}\]", rf"\\footnotetext\[{PLAIN}\]\{{"),
    "html": (rf"<sup>{PLAIN}</sup>", rf"<sup>{PLAIN}</sup>"),
    "page-restart": (RAISED, RAISED),
    "signs": (r"([*†‡§¶])\1*", r"([*†‡§¶])\1*"),
    "endnotes": (RAISED, rf"{DOTTED}|{RAISED}"),
    "endnotes-plain": (PLAIN, DOTTED),
    "endnotes-bracketed": (rf"\[{PLAIN}\]", rf"{PLAIN}\.|\[{PLAIN}\]"),
    "chapter-endnotes": (RAISED, DOTTED),
    "endnotes-by-chapter": (RAISED, DOTTED),
    "markdown": (rf"\[\^{PLAIN}\]", rf"\[\^{PLAIN}\]:"),
    "markdown-inline": (rf"\[\^{PLAIN}\]", rf"\[\^{PLAIN}\]:"),
    "markdown-named": (NAMED, f"{NAMED}:"),
    "bracketed": (GROUP, rf"\[{PLAIN}\]|{PLAIN}\."),
    "bracketed-sorted": (GROUP, rf"\[{PLAIN}\]|{PLAIN}\."),
}
PAGE_BOTTOM = list(SHAPES)[:11]
styles = pytest.mark.parametrize("style", STYLES)


@cache
def documents(style: str, damage: float = 0.0) -> tuple[Synthetic, ...]:
    return tuple(write(style, notes, seed, damage) for notes, seed in ((5, 0), (20, 1), (20, 2), (30, 3)))


def sliced(truth: Synthetic, span: Span | None) -> str:
    assert span is not None
    return truth.text[span.start : span.end]


def bare(text: str) -> str:
    """Letters and figures alone: what neither line ends nor hyphens change."""
    return re.sub(r"[\W_]", "", text)


@styles
def test_markers_and_numbers_look_as_the_style_says(style: str) -> None:
    marker, number = SHAPES[style]
    for truth in documents(style):
        assert all(re.fullmatch(marker, sliced(truth, call.span)) for call in truth.calls)
        assert all(re.fullmatch(number, sliced(truth, note.printed)) for note in truth.notes)


@styles
def test_nothing_is_missing_from_an_undamaged_document(style: str) -> None:
    for truth in documents(style):
        assert [note.ordinal for note in truth.notes] == list(range(len(truth.notes)))
        assert {note for call in truth.calls for note in call.notes} == set(range(len(truth.notes)))
        assert {thing.state for thing in (*truth.calls, *truth.notes)} == {State.CLEAN}
        assert truth.lost == ()


@styles
@pytest.mark.parametrize("damage", [0.0, 0.3])
def test_no_two_things_stand_in_the_same_place(style: str, damage: float) -> None:
    for truth in documents(style, damage):
        numbers = [note.printed for note in truth.notes if note.printed]
        texts = [span for note in truth.notes for span in note.spans]
        calls = [call.span for call in truth.calls if call.span]
        spans = sorted([*numbers, *texts, *calls, *truth.decoys, *truth.furniture])
        assert all(before.end <= after.start for before, after in pairwise(spans))
        assert all(sliced(truth, span) == sliced(truth, span).strip() != "" for span in spans)


@styles
def test_a_number_stands_right_in_front_of_its_note(style: str) -> None:
    for truth in documents(style):
        for note in truth.notes:
            assert note.printed is not None
            assert truth.text[note.printed.end : note.spans[0].start].strip(" ") == ""
            assert note.label in sliced(truth, note.printed).translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))


@styles
def test_notes_stand_where_the_style_puts_them(style: str) -> None:
    for truth in documents(style):
        calls = [call.span.start for call in truth.calls if call.span]
        texts = [note.spans[0].start for note in truth.notes]
        first = {note: at for call in reversed(truth.calls) for note in call.notes for at in [call.at]}
        assert all(first[note.ordinal] < note.spans[0].start for note in truth.notes)
        if STYLES[style].place == "end":
            assert max(calls) < min(texts)
        if style in PAGE_BOTTOM:  # and nothing is called between a note and the page's end
            assert texts == sorted(texts)
            assert all(note.page <= after.page for note, after in pairwise(truth.notes))


@styles
def test_numbering_starts_anew_where_the_style_says(style: str) -> None:
    for truth in documents(style):
        labels: dict[int, list[str]] = {}
        for note in truth.notes:
            labels.setdefault(note.series, []).append(note.label)
        assert all(len(set(series)) == len(series) for series in labels.values())
        row = STYLES[style]
        if row.numbering == "document":
            assert len(labels) == 1
        elif not row.signs:
            assert all(series == [str(i + 1) for i in range(len(series))] for series in labels.values())
        else:
            assert {series[0] for series in labels.values()} == {"*"}
    if row.numbering != "document":
        assert len(labels) > 1


@styles
def test_a_page_cuts_in_mid_sentence_and_the_rest_follows(style: str) -> None:
    for truth in documents(style):
        for cut in truth.cuts:
            before, after = truth.text[cut.end - 1], truth.text[cut.start]
            assert after.isalpha() or (after == "$" and style == "latex-word")
            assert before.isalpha() if cut.kind == "sentence" else before == "-"
            between = truth.text[cut.end : cut.start]
            assert any(cut.end <= span.start < cut.start for span in truth.furniture) or "\f" in between


def test_all_that_the_styles_can_do_is_done_somewhere() -> None:
    everything = [truth for style in STYLES for truth in documents(style)]
    everything += [write(style, 60, 4) for style in ("superscript", "caret-brace", "signs", "bracketed")]
    texts = [truth.text for truth in everything]
    assert {cut.kind for truth in everything for cut in truth.cuts} == {"sentence", "word", "compound"}
    assert any(len(note.spans) > 1 and note.page < truth.notes[-1].page for truth in everything for note in truth.notes)
    assert any(note.refers_to is not None for truth in everything for note in truth.notes)
    assert any(len(call.notes) > 2 for truth in everything for call in truth.calls)
    assert any(count > 1 for truth in everything for count in Counter(n for c in truth.calls for n in c.notes).values())
    decoys = {sliced(truth, decoy) for truth in everything for decoy in truth.decoys}
    assert decoys >= {"COVID-19", "CO₂", "22nd", "22^{nd}", "10⁶", "1.", "[0, 1]", "A* algorithm", "G20"}
    assert any("\f" in text for text in texts) and any("\f" not in text for text in texts)
    longest = [max(map(len, text.splitlines())) for text in texts]
    assert min(longest) <= 100 and max(longest) > 300


@styles
def test_ibid_names_the_note_before_and_nothing_names_a_later_one(style: str) -> None:
    for truth in documents(style):
        for note in truth.notes:
            text = sliced(truth, note.spans[0])
            if text.startswith(("Ibid", "Id. ")):
                assert note.refers_to == note.ordinal - 1
            if (named := re.search(r"supra note (\d+)", text)) and note.refers_to is not None:
                assert truth.notes[note.refers_to].label == named[1]
            assert note.refers_to is None or note.refers_to < note.ordinal


@styles
def test_the_same_arguments_give_the_same_document(style: str) -> None:
    assert write(style, 12, 3, 0.15) == write(style, 12, 3, 0.15)
    assert write(style, 12, 3) != write(style, 12, 4)


@styles
def test_damage_changes_no_word_of_a_note(style: str) -> None:
    for clean, hurt in zip(documents(style), documents(style, 0.3), strict=True):
        for note, after in zip(clean.notes, hurt.notes, strict=True):
            texts = [bare("".join(sliced(truth, s) for s in n.spans)) for truth, n in ((clean, note), (hurt, after))]
            assert texts[0] == texts[1]


@styles
def test_what_damage_leaves_is_where_the_truth_says(style: str) -> None:
    for clean, hurt in zip(documents(style), documents(style, 0.3), strict=True):
        for call, after in zip(clean.calls, hurt.calls, strict=True):
            assert call.notes == after.notes
            assert (after.span is None) == (after.state is State.DROPPED)
            if after.span:
                same = sliced(hurt, after.span) == sliced(clean, call.span)
                moved = hurt.text[after.span.start - 1] == " "  # a blank in front is damage too
                assert same if after.state is State.CLEAN else not same or moved
        for note, after_note in zip(clean.notes, hurt.notes, strict=True):
            assert (after_note.printed is None) == (after_note.state is State.DROPPED)
            assert (note.label, note.series, note.page) == (after_note.label, after_note.series, after_note.page)


@pytest.mark.parametrize("damage", [0.05, 0.15, 0.3])
def test_as_much_is_damaged_as_was_asked_for(damage: float) -> None:
    hurt = [truth for style in STYLES for truth in documents(style, damage)]
    calls = Counter(call.state for truth in hurt for call in truth.calls)
    numbers = Counter(note.state for truth in hurt for note in truth.notes)
    for counts in (calls, numbers):
        assert 1 - counts[State.CLEAN] / counts.total() == pytest.approx(damage, abs=0.03)
        assert counts[State.DROPPED] / counts.total() == pytest.approx(damage / 2, abs=0.03)
    whole = sum(len(truth.furniture) for style in STYLES for truth in documents(style))
    assert sum(len(truth.furniture) for truth in hurt) / whole == pytest.approx(1 - damage / 2, abs=0.05)


def test_a_document_may_be_as_long_as_a_book() -> None:
    truth = write("superscript", 500, 1)
    assert [note.number for note in truth.notes] == list(range(1, 501))
    assert truth.notes[-1].page > 100


@pytest.mark.parametrize(("notes", "damage"), [(0, 0.0), (5, 1.0), (5, -0.1)])
def test_impossible_documents_are_refused(notes: int, damage: float) -> None:
    with pytest.raises(ValueError, match="notes must be at least 1 and damage in"):
        write("plain", notes, 1, damage)


def test_a_perfect_linker_scores_full_marks_and_each_fault_costs_what_it_should() -> None:
    truth = write("superscript", 5, 1)
    perfect = [Linked(n.label, n.spans[0].start, (truth.links[i][0],)) for i, n in enumerate(truth.notes)]
    full = score(truth, perfect)
    assert (full.precision, full.recall, full.named, full.taken, full.lost) == (1.0, 1.0, 5, 0, 0)
    swapped = [
        Linked(perfect[0].label, perfect[0].start, perfect[1].markers),
        Linked(perfect[1].label, perfect[1].start, perfect[0].markers),
        *perfect[2:],
    ]
    assert (score(truth, swapped).precision, score(truth, swapped).recall) == (0.6, 0.6)
    fooled = [*perfect[:4], Linked("7", perfect[4].start, (*perfect[4].markers, truth.decoys[0]))]
    assert (score(truth, fooled).right, score(truth, fooled).found) == (5, 6)
    assert (score(truth, fooled).named, score(truth, fooled).taken) == (4, 1)
    assert (score(truth, []).precision, score(truth, []).recall) == (None, 0.0)


def test_a_dropped_marker_is_nobodys_to_find() -> None:
    truth = next(t for seed in range(9) if (t := write("superscript", 20, seed, 0.3)).lost)
    assert len(truth.links) == 20 - len(truth.lost)
    silent = [Linked(note.label, note.spans[0].start, ()) for note in truth.notes]
    assert score(truth, silent).told == score(truth, silent).lost == len(truth.lost)


def test_what_was_missed_and_what_was_made_up_is_shown() -> None:
    truth = write("superscript", 5, 1)
    found = [Linked(n.label, n.spans[0].start, (truth.links[i][0],)) for i, n in enumerate(truth.notes)]
    assert faults(truth, found) == []
    found[2] = Linked("3", found[2].start, (truth.decoys[0],))
    assert sorted(fault.split(":")[0] for fault in faults(truth, found)) == ["false 3", "missed 3"]
