"""Every file becomes the Document it is, or an error that says what to do."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.sources import MANIFEST, Source, decode, document_id, find_sources, read_manifest, read_source

ENTRY = '[[document]]\nid = "{id}"\nfile = "{file}"\ntitle = "A Title"\nsha256 = "{sha256}"\n'


def write_manifest(folder: Path, *entries: dict[str, str]) -> Path:
    defaults = {"id": "report", "file": "report.txt", "sha256": hashlib.sha256(b"Text.").hexdigest()}
    path = folder / MANIFEST
    path.write_text("".join(ENTRY.format(**defaults | entry) for entry in entries))
    return path


def test_a_folder_gives_its_texts_by_name_and_leaves_the_readme_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a.MD", "README.md", "c.pdf"):
        (tmp_path / name).write_text("Text.")
    (tmp_path / "folder.txt").mkdir()
    assert [source.id for source in find_sources([tmp_path])] == ["a", "b"]


def test_a_manifest_says_what_the_texts_of_its_folder_are(tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path, {"id": "Report 2.1"})
    manifest.write_text(manifest.read_text() + 'authors = ["A. Writer"]\ndate = "2022"\nquestions = ["Why?"]\n')
    (tmp_path / "report.txt").write_text("Text.")
    (tmp_path / "other.txt").write_text("Not named.")
    [source] = find_sources([tmp_path])
    assert (source.id, source.title, source.authors, source.date) == ("report-2-1", "A Title", ("A. Writer",), "2022")
    assert source.questions == ("Why?",)
    assert read_source(source).text == "Text."


def test_a_single_file_is_known_by_the_manifest_beside_it(tmp_path: Path) -> None:
    write_manifest(tmp_path, {"id": "known"})
    for name in ("report.txt", "other.txt"):
        (tmp_path / name).write_text("Text.")
    assert [source.id for source in find_sources([tmp_path / "report.txt", tmp_path / "other.txt"])] == [
        "known",
        "other",
    ]


def test_a_file_that_is_named_twice_is_ingested_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text.")
    assert len(find_sources([tmp_path, tmp_path / "a.txt", tmp_path / ".." / tmp_path.name / "a.txt"])) == 1


def test_a_document_keeps_every_character_and_line_end() -> None:
    text = "\ufeff# A Title\r\n\r\nLine\rLine\u2028\n"
    document = decode(text.encode(), Source(Path("x.md"), "x"))
    assert document.text == text
    assert document.title == "A Title"
    assert document.media_type == "text/markdown"
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(("text", "title"), [("123\n\nFirst words", "First words"), ("1 2 3", "Untitled")])
def test_a_text_without_a_title_is_named_by_its_first_words(text: str, title: str) -> None:
    assert decode(text.encode(), Source(Path("x.txt"), "x")).title == title


@pytest.mark.parametrize(
    ("matter", "title"),
    [
        ("title: Of Mills", "Of Mills"),
        ("layout: post\ntitle: \"Of 'Old' Mills: A View\"  \ndate: 2021-05-04", "Of 'Old' Mills: A View"),
        ("title: 'Of Mills'\r", "Of Mills"),
        ("layout: post\nsubtitle: Old ones", "Of Rivers"),
        ("title:\ndate: 2021-05-04", "Of Rivers"),
    ],
)
def test_front_matter_names_a_text_and_is_no_title_itself(matter: str, title: str) -> None:
    text = f"---\n{matter}\n---\n\n# Of Rivers\n\nThey run."
    assert decode(text.encode(), Source(Path("x.md"), "x")).title == title


def test_a_rule_at_the_top_of_a_text_is_no_front_matter() -> None:
    assert decode(b"---\n\nOf Mills\n\nThey turn.", Source(Path("x.md"), "x")).title == "Of Mills"


def test_a_title_is_not_cut_within_a_word() -> None:
    title = decode(b"The mills of the river grind. " * 20, Source(Path("x.txt"), "x")).title
    assert title.endswith("The mills of the…")
    assert len(title) <= 201
    assert decode(b"x" * 300, Source(Path("x.txt"), "x")).title == "x" * 200 + "…"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"x\.txt is empty; give a file with text in it"),
        (b" \r\n\t", r"x\.txt is empty; give a file with text in it"),
        ("\xa0\u2003\ufeff".encode(), "x holds no text; give a file with text in it"),
        (b"caf\xe9", r"x\.txt is not UTF-8 text \(byte 3\); save it as UTF-8"),
        ("text".encode("utf-16"), r"x\.txt is not UTF-8 text \(byte 0\); save it as UTF-8"),
        (b"text\x00", r"x\.txt holds NUL characters, so it is no plain text; save it as UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        decode(data, Source(Path("x.txt"), "x"))


def test_a_text_that_was_changed_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, {})
    (tmp_path / "report.txt").write_text("Another text.")
    [source] = find_sources([tmp_path])
    with pytest.raises(SourceError, match=r"restore the file, or put its new hash into corpus\.toml"):
        read_source(source)


def test_a_hash_may_be_written_in_capitals(tmp_path: Path) -> None:
    write_manifest(tmp_path, {"sha256": hashlib.sha256(b"Text.").hexdigest().upper()})
    (tmp_path / "report.txt").write_text("Text.")
    assert read_source(find_sources([tmp_path])[0]).text == "Text."


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist; check the path"):
        find_sources([tmp_path / "missing.txt"])
    with pytest.raises(SourceError, match=r"cannot be read \(No such file or directory\); check the path"):
        read_source(Source(tmp_path / "missing.txt", "missing"))


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no \.txt or \.md file; give a folder or file with text"):
        find_sources([tmp_path])


def test_a_kind_of_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF")
    with pytest.raises(
        SourceError, match=r"report\.pdf is not a kind of file that can be read; give one of: \.md, \.txt"
    ):
        find_sources([tmp_path / "report.pdf"])


def test_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    for name in ("My Report.txt", "my_report.md"):
        (tmp_path / name).write_text("Text.")
    with pytest.raises(SourceError, match="would both be document 'my-report'; rename one of them"):
        find_sources([tmp_path])


def test_a_manifest_with_one_id_twice_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, {}, {"file": "other.txt"})
    with pytest.raises(SourceError, match="would both be document 'report'"):
        find_sources([tmp_path])


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        ("[[document]\n", "Expected"),
        ("", r"no \[\[document\]\] in it"),
        ("[document]\nid = 'a'\n", r"no \[\[document\]\] in it"),
        ("document = ['a']\n", "a document is no table"),
        ("[[document]]\nid = 'a'\nfile = 'a.txt'\ntitle = 'A'\n", "a document has no 'sha256'"),
        (ENTRY + "autor = 'A'\n", "unknown key 'autor'"),
        (ENTRY + "authors = 'A'\n", "authors must be a list"),
        (ENTRY + "questions = 'A?'\n", "questions must be a list"),
    ],
)
def test_a_manifest_that_is_not_well_formed_is_refused(tmp_path: Path, manifest: str, why: str) -> None:
    (tmp_path / MANIFEST).write_text(manifest)
    with pytest.raises(SourceError, match=rf"{why}.*each \[\[document\]\] needs id, file, title, sha256"):
        read_manifest(tmp_path / MANIFEST)


def test_a_manifest_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(b"title = '\xff'")
    with pytest.raises(SourceError, match="is not a well-formed manifest"):
        read_manifest(tmp_path / MANIFEST)


def test_a_manifest_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).mkdir()
    with pytest.raises(SourceError, match=r"cannot be read .*check the file"):
        find_sources([tmp_path])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("A_b  c.TXT", "a-b-c"), ("отчёт 2022.md", "отчёт-2022"), ("x" * 99 + ".txt", "x" * 80)],
)
def test_a_document_id_is_made_of_letters_digits_and_hyphens(name: str, expected: str) -> None:
    assert document_id(name) == expected


def test_a_name_without_letters_or_digits_makes_no_id() -> None:
    with pytest.raises(SourceError, match=r"no document id can be made of the name .*; rename the file"):
        document_id("---.txt")
