"""The one Settings, built once at the entry point and passed down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from index.ranking import Ranking
from ingest.errors import SettingsError

PREFIX = "IBID_"
_ALIKE = 0.65
"""How much of a mistyped name is right where it is told what was meant: less is another word."""
MAX_K = 100
"""Hits that can be asked for at once."""


class Settings(BaseSettings):
    """Every setting, with its default. Set one by ``IBID_<NAME>`` in the environment, or by an option.

    Weights and thresholds were chosen on the development questions of ``eval/data/questions.jsonl``.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(Path("ibid-data"), description="folder that holds the index")
    corpus_dir: Path = Field(Path("corpus"), description="folder that is ingested where the index is empty")
    host: str = Field("127.0.0.1", description="address the service listens on")
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    model: Annotated[str, Field(min_length=1)] = "all-MiniLM-L6-v2"
    """The default's name, a folder with a sentence-transformers model, or a name on the model hub."""
    max_tokens: Annotated[int, Field(ge=16, le=480)] = 120
    """Tokens of a passage at the most."""
    pool: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Candidates that each kind of search gives."""
    late_pool: Annotated[int, Field(ge=1, le=10_000)] = 80
    """Candidates that late interaction reads closely."""
    sentence_weight: Annotated[float, Field(ge=0, le=10)] = 0.8
    """Weight of the best sentence's late interaction, beside 1 for that of the whole passage."""
    dense_weight: Annotated[float, Field(ge=0, le=10)] = 0.5
    """Weight of the cosine of question and passage."""
    lexical_weight: Annotated[float, Field(ge=0, le=10)] = 1.5
    """Weight of the words' score (BM25, as a share of its most), times how much of the question one passage holds."""
    phrase_weight: Annotated[float, Field(ge=0, le=10)] = 1.2
    """Weight of words met in the question's order, times the same."""
    placing_weight: Annotated[float, Field(ge=0, le=1)] = 0.85
    """What a word of the title or of a section's heading counts in late interaction, beside one of the text."""
    k: Annotated[int, Field(ge=1, le=MAX_K)] = 8
    """Hits that a search gives."""
    min_confidence: Annotated[float, Field(ge=0, le=1)] = 0.33
    """Below this confidence the answer is an abstention; how it was chosen is told in docs/answers.md."""
    max_question_chars: Annotated[int, Field(ge=1, le=100_000)] = 4000
    heartbeat_s: Annotated[float, Field(gt=0, le=3600)] = 15
    """Seconds after which a stream that has nothing to tell sends a comment, so that no proxy cuts it."""
    stop_s: Annotated[int, Field(ge=0, le=3600)] = 5
    """Seconds that open answers may still take when the service is stopped; then they are cut."""
    allowed_hosts: str = ""
    """Host names beside ``host`` and localhost under which the service may be asked, parted by commas; * is any."""
    max_upload_bytes: Annotated[int, Field(ge=1)] = 64_000_000
    threads: Annotated[int, Field(ge=0, le=1024)] = 0
    """Batches that the model computes at once, each with one thread; 0 is as many as there are cores."""
    bf16: Literal["auto", "on", "off"] = "auto"
    """Whether passages are embedded in bf16; "auto": where the processor has it. Questions never are."""
    spelling: bool = True
    """Whether a word of a question that no text holds is read as the one it was meant to be."""
    reranker: str = ""
    """A folder with a sentence-transformers CrossEncoder, or a hub name, for a last stage; none where it is empty."""
    llm_base_url: str = ""
    """Address of an OpenAI-compatible server, as ``http://127.0.0.1:11434/v1``; no LLM where it is empty."""
    llm_api_key: SecretStr = SecretStr("")
    """What the server asks for, if it does; never shown."""
    llm_model: str = ""
    """The model's name as the server has it."""
    llm_timeout: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """Seconds that a whole answer may keep the reader waiting for the LLM."""
    llm_first_token_timeout: Annotated[float, Field(gt=0, le=3600)] = 20.0
    """Seconds that its first token may take; no more than the whole answer."""
    llm_budget: Annotated[int, Field(ge=100, le=1_000_000)] = 2500
    """Tokens of passages that it is given at the most."""
    llm_max_tokens: Annotated[int, Field(ge=16, le=100_000)] = 500
    """Tokens that its answer may have."""

    @property
    def has_llm(self) -> bool:
        """Whether a language model is set."""
        return bool(self.llm_base_url)

    @model_validator(mode="after")
    def _whole_llm(self) -> Self:
        """Refuse settings of an LLM that make no sense together. Raises SettingsError."""
        if not self.llm_base_url:
            given = [name for name in ("llm_model", "llm_api_key") if name in self.model_fields_set]
            if any(getattr(self, name) for name in given):
                raise SettingsError(
                    f"{_variable(given[0])} is set, but IBID_LLM_BASE_URL is not; set it too, or unset the other"
                )
            return self
        if not is_plain_address(self.llm_base_url):
            raise SettingsError(
                "IBID_LLM_BASE_URL is no plain http or https address of a server; "
                "give one like http://127.0.0.1:11434/v1, and a key in IBID_LLM_API_KEY"
            )
        if not self.llm_model:
            raise SettingsError("IBID_LLM_BASE_URL is set, but IBID_LLM_MODEL is not; set the name of a model there")
        if self.llm_first_token_timeout > self.llm_timeout and "llm_first_token_timeout" in self.model_fields_set:
            raise SettingsError(
                f"IBID_LLM_FIRST_TOKEN_TIMEOUT is {self.llm_first_token_timeout:g} seconds, more than "
                f"IBID_LLM_TIMEOUT, {self.llm_timeout:g}; lower the one or raise the other"
            )
        return self

    def ranking(self) -> Ranking:
        """How hits are ranked."""
        return Ranking(
            pool=self.pool,
            late_pool=self.late_pool,
            sentence_weight=self.sentence_weight,
            dense_weight=self.dense_weight,
            lexical_weight=self.lexical_weight,
            phrase_weight=self.phrase_weight,
            placing_weight=self.placing_weight,
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed: the environment is read by ``load_settings``, which finds mistyped names."""
        return (init_settings,)


def load_settings(environment: Mapping[str, str] | None = None, **options: object) -> Settings:
    """Settings from the environment, and over them the ``options`` that are not None.

    Raises SettingsError for an ``IBID_`` variable that is no setting, and for a value that cannot be.
    """
    environment = os.environ if environment is None else environment
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    values: dict[str, object] = {}
    for variable, value in environment.items():
        if not variable.upper().startswith(PREFIX):
            continue
        if variable.upper() not in known:
            raise SettingsError(f"{variable} is no setting of Ibid; {_suggest(variable, list(known))}")
        values[known[variable.upper()]] = value
    values.update({name: value for name, value in options.items() if value is not None})
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        value = "wrong" if name == "llm_api_key" else repr(first["input"])
        raise SettingsError(f"{_variable(name)} is {value}, but: {first['msg'].lower()}; correct or unset it") from None


def is_plain_address(url: str) -> bool:
    """Whether ``url`` is that of a server, without a name, a password or a query in it."""
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.hostname) and not (address.username or address.query)


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _suggest(variable: str, known: list[str]) -> str:
    names = [name.removeprefix(PREFIX) for name in known]  # what all share makes none of them near
    close = get_close_matches(variable.upper().removeprefix(PREFIX), names, 1, _ALIKE)
    return f"did you mean {PREFIX}{close[0]}?" if close else f"the settings are {', '.join(sorted(known))}"
