"""A reader of two thin layers, for runs that must take a second."""

from __future__ import annotations

from pathlib import Path

TINY = "tiny"


def tiny_reader(folder: Path) -> Path:
    """Makes the tiny reader, the same each time, with the bundled encoder's tokenizer; returns its folder."""
    from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering, set_seed

    from retrieval.bundled import BUNDLED, resolve_model

    tokenizer = AutoTokenizer.from_pretrained(resolve_model(BUNDLED))
    set_seed(7)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    BertForQuestionAnswering(config).save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    return folder
