"""Settings come from the environment and from options, and what is wrong in them is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from index.ranking import Ranking
from ingest.errors import SettingsError
from service.settings import Settings, load_settings


def test_without_anything_every_setting_has_its_default() -> None:
    assert load_settings({}) == Settings()
    assert load_settings({}).data_dir == Path("ibid-data")


def test_a_variable_sets_its_setting_in_any_case() -> None:
    settings = load_settings({"IBID_PORT": "9000", "ibid_k": "3", "PATH": "/bin"})
    assert (settings.port, settings.k) == (9000, 3)


def test_an_option_goes_over_the_environment_and_none_is_no_option() -> None:
    settings = load_settings({"IBID_PORT": "9000", "IBID_K": "3"}, port=9001, k=None)
    assert (settings.port, settings.k) == (9001, 3)


def test_the_environment_given_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBID_K", "3")
    assert load_settings({}).k == Settings().k == Settings.model_fields["k"].default
    assert load_settings().k == 3


@pytest.mark.parametrize(
    ("variable", "nearest"),
    [("IBID_PROT", "IBID_PORT"), ("ibid_datadir", "IBID_DATA_DIR"), ("IBID_MIN_CONFIDENSE", "IBID_MIN_CONFIDENCE")],
)
def test_a_mistyped_variable_is_an_error_that_names_the_nearest(variable: str, nearest: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: "1"})
    assert str(caught.value) == f"{variable} is no setting of Ibid; did you mean {nearest}?"


@pytest.mark.parametrize("variable", ["IBID_ZZZZZZZZ", "IBID_XYZ", "IBID_TOPK"])
def test_a_variable_that_is_near_to_none_is_answered_with_all_there_are(variable: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: "1"})
    assert all(f"IBID_{name.upper()}" in str(caught.value) for name in Settings.model_fields)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("IBID_PORT", "http"),
        ("IBID_PORT", "0"),
        ("IBID_PORT", "65536"),
        ("IBID_K", "101"),
        ("IBID_K", ""),
        ("IBID_MIN_CONFIDENCE", "1.5"),
        ("IBID_MIN_CONFIDENCE", "nan"),
        ("IBID_MODEL", ""),
        ("IBID_MAX_TOKENS", "8"),
        ("IBID_MAX_UPLOAD_BYTES", "-1"),
    ],
)
def test_an_impossible_value_is_an_error_that_names_it_and_what_to_do(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: value})
    message = str(caught.value)
    assert message.startswith(f"{variable} is {value!r}, but: ")
    assert message.endswith("; correct or unset it")
    assert "\n" not in message


def test_settings_do_not_change_and_know_no_other_names() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.k = 3  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Settings.model_validate({"topk": 3})


def test_the_ranking_is_what_is_set_and_by_default_that_of_the_index() -> None:
    assert Settings().ranking() == Ranking()
    changed = {name: 0.25 for name in Settings.model_fields if name.endswith("_weight")}
    ranking = Settings(pool=7, late_pool=5, **changed).ranking()
    assert (ranking.pool, ranking.late_pool) == (7, 5)
    assert {name: getattr(ranking, name) for name in changed} == changed
    assert len(changed) == 5


URL = "http://127.0.0.1:11434/v1"


def test_without_an_address_there_is_no_language_model() -> None:
    assert not Settings().has_llm
    assert load_settings({"IBID_LLM_BASE_URL": URL, "IBID_LLM_MODEL": "tiny"}).has_llm


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"IBID_LLM_MODEL": "tiny"}, "IBID_LLM_MODEL is set, but IBID_LLM_BASE_URL is not; "),
        ({"IBID_LLM_API_KEY": "sk-secret"}, "IBID_LLM_API_KEY is set, but IBID_LLM_BASE_URL is not; "),
        ({"IBID_LLM_BASE_URL": URL}, "IBID_LLM_BASE_URL is set, but IBID_LLM_MODEL is not; "),
        ({"IBID_LLM_BASE_URL": "127.0.0.1:11434", "IBID_LLM_MODEL": "tiny"}, "IBID_LLM_BASE_URL is no plain http"),
        ({"IBID_LLM_BASE_URL": "http://u:sk-secret@h/v1", "IBID_LLM_MODEL": "tiny"}, "IBID_LLM_BASE_URL is no plain"),
        ({"IBID_LLM_BASE_URL": "http://h/v1?key=sk-secret", "IBID_LLM_MODEL": "t"}, "IBID_LLM_BASE_URL is no plain"),
        ({"IBID_LLM_BASE_URL": "http://[", "IBID_LLM_MODEL": "tiny"}, "IBID_LLM_BASE_URL is no plain http"),
        (
            {"IBID_LLM_BASE_URL": URL, "IBID_LLM_MODEL": "tiny", "IBID_LLM_FIRST_TOKEN_TIMEOUT": "90"},
            "IBID_LLM_FIRST_TOKEN_TIMEOUT is 90 seconds, more than IBID_LLM_TIMEOUT, 60; ",
        ),
        ({"IBID_LLM_TIMEOUT": "0"}, "IBID_LLM_TIMEOUT is '0', but: "),
        ({"IBID_LLM_BUDGET": "5"}, "IBID_LLM_BUDGET is '5', but: "),
    ],
)
def test_half_a_language_model_is_an_error_that_says_what_is_missing(environment: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
    assert "sk-secret" not in str(caught.value)


def test_the_key_is_never_shown() -> None:
    settings = load_settings({"IBID_LLM_BASE_URL": URL, "IBID_LLM_MODEL": "tiny", "IBID_LLM_API_KEY": "sk-secret"})
    assert settings.llm_api_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
