"""Fine-tunes the encoder that finds passages: `python -m retrieval.training` makes the shipped one.

Questions are pulled towards their passages and pushed from the other passages of the batch (multiple negatives
ranking, Henderson et al., 2017). A batch holds one company's questions only, so that its other passages are what
search confuses: the same filing's other paragraphs, the same line of another year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retrieval.bundled import BUNDLED, resolve_model
from retrieval.delta import save_delta
from retrieval.embedding import SHIPPED_FOLDER
from retrieval.precision import has_bfloat16
from retrieval.training_pairs import Pair, fact_pairs, held_out_tickers, question_pairs

if TYPE_CHECKING:
    from datasets import Dataset

SEED = 13
EPOCHS = 2
LEARNING_RATE = 5e-5
BATCH = 32
SCALE = 20.0  # of cosines, before the softmax
MIN_PAIRS = 8  # of a company, for a data set of its own


def train(pairs: Sequence[Pair], output: Path) -> Any:  # noqa: ANN401 (a SentenceTransformer)
    """The bundled encoder fine-tuned on pairs; goes on from the last checkpoint in `output`."""
    import torch
    from sentence_transformers import (
        SentenceTransformer,
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.training_args import BatchSamplers, MultiDatasetBatchSamplers
    from transformers.trainer_utils import get_last_checkpoint

    model = SentenceTransformer(resolve_model(BUNDLED), device="cuda" if torch.cuda.is_available() else "cpu")
    model[0].auto_model.get_input_embeddings().requires_grad_(False)  # half the weights; the file holds what changed
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(output),
        num_train_epochs=EPOCHS,
        per_device_train_batch_size=BATCH,
        learning_rate=LEARNING_RATE,
        warmup_steps=0.1,
        bf16=has_bfloat16(),
        use_cpu=not torch.cuda.is_available(),
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        multi_dataset_batch_sampler=MultiDatasetBatchSamplers.PROPORTIONAL,
        save_steps=100,
        save_total_limit=1,
        logging_steps=20,
        seed=SEED,
        report_to="none",
        disable_tqdm=True,
    )
    trainer = SentenceTransformerTrainer(
        model=model,
        args=arguments,
        train_dataset=by_company(pairs),
        loss=MultipleNegativesRankingLoss(model, scale=SCALE),
    )
    output.mkdir(parents=True, exist_ok=True)
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(output)))
    return model


def by_company(pairs: Sequence[Pair]) -> dict[str, Dataset]:
    """A data set for each company and kind of pair (with a wrong passage, without), so that batches mix neither."""
    from datasets import Dataset

    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for pair in pairs:
        row = {"anchor": pair.question, "positive": pair.passage}
        if pair.wrong is None:
            groups[f"{pair.company} questions"].append(row)
        else:
            groups[f"{pair.company} facts"].append({**row, "negative": pair.wrong})
    return {name: Dataset.from_list(rows) for name, rows in sorted(groups.items()) if len(rows) >= MIN_PAIRS}


def main(
    output: Annotated[Path, typer.Option(help="Folder for checkpoints.")] = Path("runs/retriever"),
    facts: Annotated[bool, typer.Option(help="Train on questions from tagged facts too.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the result is packed.")] = SHIPPED_FOLDER,
) -> None:
    """Train the encoder that finds passages, and pack it as the difference to the bundled one."""
    held_out = held_out_tickers()
    pairs = question_pairs(held_out) + (fact_pairs(held_out, seed=SEED) if facts else [])
    model = train(pairs, output)
    save_delta(model[0].auto_model, BUNDLED, folder)
    typer.echo(f"{len(pairs)} pairs; packed into {folder}")


if __name__ == "__main__":
    typer.run(main)
