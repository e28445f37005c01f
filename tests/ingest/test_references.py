"""``Ibid.``, ``op. cit.`` and ``supra note 12`` point at the note that gives the source."""

from __future__ import annotations

import pytest
from documents import ingested

from ingest.references import Text, resolve


def pointed(*texts: str) -> dict[int, int]:
    """What the notes of one series, numbered from 1, point at."""
    return resolve([Text(number, number, 0, text) for number, text in enumerate(texts, 1)])


SOURCE = "Jansen, A. On Rivers. Press, 2001."


@pytest.mark.parametrize(
    "text",
    [
        *("Ibid.", "Ibid., p. 12.", "ibid", "Ibidem, p. 3.", "Id. at 7.", "Idem.", "See ibid., p. 3.", "Cf. ibid."),
        *("*Ibid.*, p. 12.", "_Ibid._", "(Ibid.)", "“Ibid.”", "Там же. С. 12.", "Ebd., S. 7.", "Ebenda."),
    ],
)
def test_ibid_points_at_the_note_before(text: str) -> None:
    assert pointed("Another.", SOURCE, text) == {3: 2}


def test_ibid_points_through_others_at_the_note_that_gives_the_source() -> None:
    assert pointed(SOURCE, "Ibid.", "Id. at 7.", "Ibid., p. 9.", "Other, B. On Seas.", "Ibid.") == {
        2: 1,
        3: 1,
        4: 1,
        6: 5,
    }


def test_ibid_in_the_first_note_points_nowhere() -> None:
    assert pointed("Ibid., p. 12.", SOURCE) == {}


@pytest.mark.parametrize(
    "text",
    [
        *("Notes on Ibid.", "Ideas of rivers.", "Identity, p. 7.", "On the Ibid. in print.", "Idaho Press, 2001."),
        *(
            "See Jansen, p. 12.",
            "Jansen, A. On Notes 12.",
            "Footnotes 7 and 8.",
            "See nos. 1 and 2.",
            "Supranational law.",
        ),
    ],
)
def test_what_only_looks_like_a_pointer_points_nowhere(text: str) -> None:
    assert pointed(SOURCE, text) == {}


@pytest.mark.parametrize(
    "text",
    [
        *("Jansen, supra note 2, p. 7.", "Supra note 2.", "See supra n. 2, at 7.", "Jansen, supra, note 2."),
        *(
            "Jansen, n. 2 above.",
            "See note 2, above.",
            "See note 2 supra.",
            "Jansen (n 2) 14.",
            "Jansen (n. 2).",
            "Jansen (note 2).",
        ),
        *("See note 2.", "Cf. n. 2.", "See footnote 2.", "Jansen (above n 2) 14.", "Jansen (supra note 2) 14."),
    ],
)
def test_a_number_points_at_the_note_that_has_it(text: str) -> None:
    assert pointed("Another.", SOURCE, "A third.", text) == {4: 2}


def test_a_number_that_no_note_has_points_nowhere() -> None:
    assert pointed(SOURCE, "Jansen, supra note 12.") == {}


def test_a_note_does_not_point_at_itself() -> None:
    assert pointed(SOURCE, "Jansen, supra note 2.") == {}


@pytest.mark.parametrize(
    "text",
    [
        "Jansen, op. cit., p. 7.",
        "Jansen, *op. cit.*",
        "Jansen, Op.cit., p. 7.",
        "Jansen, loc. cit.",
        "Jansen, supra, p. 7.",
    ],
)
def test_op_cit_points_at_the_last_source_of_that_author(text: str) -> None:
    assert pointed("Jansen, A. On Seas.", SOURCE, "Meyer, B. On Silt.", text) == {4: 2}


def test_op_cit_without_an_author_points_at_the_note_before() -> None:
    assert pointed("Meyer, B. On Silt.", SOURCE, "Op. cit., p. 7.", "Loc. cit.") == {3: 2, 4: 2}


def test_op_cit_in_the_first_note_points_nowhere() -> None:
    assert pointed("Op. cit., p. 7.") == {}


def test_op_cit_of_an_unknown_author_points_nowhere() -> None:
    assert pointed(SOURCE, "Meyer, op. cit., p. 7.") == {}


def test_a_note_that_points_is_no_source_itself() -> None:
    assert pointed(SOURCE, "Jansen, op. cit.", "Meyer, B. On Silt.", "Jansen, op. cit.") == {2: 1, 4: 1}


def test_a_number_means_the_note_of_its_own_series() -> None:
    notes = [Text(1, 1, 0, SOURCE), Text(2, 2, 0, "Other."), Text(3, 1, 1, "Meyer."), Text(4, 2, 1, "Supra note 1.")]
    assert resolve(notes) == {4: 3}


def test_pointers_of_a_document_that_numbers_anew_are_keys() -> None:
    chapter = (
        "# {0}\n\nOne {0} river.¹ Two {0} seas.² Three {0} lakes.³\n\n"
        "¹ {0}, A. On Rivers, 2001.\n\n² Ibid., p. 7.\n\n³ {0}, supra note 1, p. 9."
    )
    notes = ingested("\n\n".join(chapter.format(name) for name in ("Asia", "Africa"))).footnotes
    assert [(note.key, note.number, note.refers_to) for note in notes] == [
        (1, 1, None),
        (2, 2, 1),
        (3, 3, 1),
        (4, 1, None),
        (5, 2, 4),
        (6, 3, 4),
    ]
