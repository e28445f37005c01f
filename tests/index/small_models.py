"""What small random models are made of: a few words, and a tokenizer that knows them."""

from __future__ import annotations

from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

WORDS = [
    "the",
    "harbour",
    "froze",
    "over",
    "in",
    "winter",
    "ships",
    "waited",
    "query",
    "passage",
    ":",
    "report",
    "of",
    "1922",
    "says",
    "so",
]
DIM = 32
SMALL = {
    "hidden_size": DIM,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 80,
}


def tokenizer(special: bool, side: str = "right") -> PreTrainedTokenizerFast:
    """Words to numbers; with ``special`` a mark before and one after each text."""
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    made = Tokenizer(models.WordLevel({word: n for n, word in enumerate([*marks, *WORDS])}, unk_token="[UNK]"))  # noqa: S106
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    if special:
        made.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="[PAD]",  # noqa: S106
        unk_token="[UNK]",  # noqa: S106
        cls_token="[CLS]",  # noqa: S106
        sep_token="[SEP]",  # noqa: S106
        padding_side=side,
        model_max_length=40,
    )
