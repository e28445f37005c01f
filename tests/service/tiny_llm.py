"""A real language model behind a real OpenAI-compatible server: ``python tiny_llm.py FOLDER PORT``.

The server is that of ``transformers serve``, put together here because its own loading of models needs the package
accelerate, which nothing else of Ibid does. The model is a Llama of two small layers with random weights, which writes
words in no order; it never stops by itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
import uvicorn
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from transformers.cli.serving.chat_completion import ChatCompletionHandler
from transformers.cli.serving.completion import CompletionHandler
from transformers.cli.serving.model_manager import ModelManager
from transformers.cli.serving.response import ResponseHandler
from transformers.cli.serving.server import build_server
from transformers.cli.serving.systemone import SystemOneHandler
from transformers.cli.serving.transcription import TranscriptionHandler
from transformers.cli.serving.utils import GenerationState

WORDS = [f"{first}{last}" for first in ("har", "ri", "sil", "bo", "win") for last in ("bour", "ver", "t", "at", "ter.")]
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant: "


def make(folder: Path) -> None:
    """Write a model with random weights and its tokenizer, one token a word."""
    words = ["<unk>", "<s>", "</s>", *WORDS]
    made = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, unk_token="<unk>"))  # noqa: S106
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made,
        unk_token="<unk>",  # noqa: S106
        bos_token="<s>",  # noqa: S106
        eos_token="</s>",  # noqa: S106
        pad_token="</s>",  # noqa: S106
    )
    tokenizer.chat_template = TEMPLATE
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=16_384,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


class Models(ModelManager):
    """Loads models without accelerate."""

    def _load_model(self, model_id_and_revision: str, *_: object, **__: object) -> LlamaForCausalLM:
        model = LlamaForCausalLM.from_pretrained(model_id_and_revision.split("@")[0])
        model.generation_config.suppress_tokens = [0, 1, 2]  # it goes on until it is stopped
        return model


def main(folder: str, port: str) -> None:
    """Make the model and serve it."""
    torch.set_num_threads(1)
    make(Path(folder))
    manager = Models(device="cpu")
    state = GenerationState()
    chat = ChatCompletionHandler(model_manager=manager, generation_state=state)
    app = build_server(
        manager,
        chat,
        completion_handler=CompletionHandler(model_manager=manager, generation_state=state),
        response_handler=ResponseHandler(model_manager=manager, generation_state=state),
        transcription_handler=TranscriptionHandler(manager, state),
        systemone_handler=SystemOneHandler(model_manager=manager, generation_state=state),
        generation_state=state,
    )
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
