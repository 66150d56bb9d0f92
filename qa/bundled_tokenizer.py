"""The bundled encoder's tokenizer as cutting windows needs it, without `transformers`, which takes long to import."""

from __future__ import annotations

import json

from tokenizers import Tokenizer

from retrieval.bundled import bundled_encoder


class BundledTokenizer:
    """What `AutoTokenizer` gives for the bundled encoder, as far as `encode_windows` asks."""

    is_fast = True
    model_input_names = ("input_ids", "token_type_ids", "attention_mask")

    def __init__(self) -> None:
        """From the encoder's folder."""
        folder = bundled_encoder()
        settings = json.loads((folder / "tokenizer_config.json").read_text())
        self.backend_tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.cls_token_id = self.backend_tokenizer.token_to_id(settings["cls_token"])
        self.model_max_length = int(settings["model_max_length"])
