"""The packaged encoder and reader as plain folders, which every system loads."""

from __future__ import annotations

from pathlib import Path

from qa.reader import FOLDERS, SHIPPED, tokenizer_folder
from retrieval.bundled import BUNDLED, file_digest, resolve_model
from retrieval.delta import load_delta
from retrieval.embedding import SHIPPED_FOLDER
from retrieval.tokens import WINDOW

ENCODER, READER = "encoder", "reader"
WEIGHTS = "model.safetensors"


def export(folder: Path) -> dict[str, str]:
    """Writes both models; the sha256 of the weights of each."""
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModel, AutoModelForQuestionAnswering, AutoTokenizer

    encoder = SentenceTransformer(resolve_model(BUNDLED), device="cpu")
    tuned = load_delta(SHIPPED_FOLDER, AutoModel).state_dict()
    encoder[0].auto_model.load_state_dict(tuned, strict=False)  # the pooler is not used
    encoder.max_seq_length = WINDOW
    encoder.save(str(folder / ENCODER))
    load_delta(FOLDERS[SHIPPED], AutoModelForQuestionAnswering).save_pretrained(str(folder / READER))
    AutoTokenizer.from_pretrained(tokenizer_folder(SHIPPED)).save_pretrained(str(folder / READER))
    return {name: file_digest(folder / name / WEIGHTS) for name in (ENCODER, READER)}
