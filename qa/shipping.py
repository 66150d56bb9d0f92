"""From a trained model to the files that the package carries: the delta, its calibration, its card.

The threshold and the probabilities are fitted on the recipe's held-out articles, with the delta as
it will be loaded. Unanswerable questions that people wrote are in some of them only; the threshold
is fitted on those, the probabilities on all.
"""

from __future__ import annotations

from pathlib import Path

from qa.calibration import Calibration, fit_logistic, save_calibration, steady_threshold
from qa.data.squad_form import Example, load_examples
from qa.evaluation import Evaluation, evaluate_reader, predict
from qa.reader import SHIPPED_FOLDER, Reader
from qa.training.recipe import Recipe
from retrieval.bundled import BUNDLED, resolve_model
from retrieval.delta import load_delta, save_delta
from retrieval.files import write_atomically

EVALUATIONS = (("squad", "dev_v1", False), ("squad", "dev_v2", True))


def ship(recipe: Recipe, trained: Path, folder: Path = SHIPPED_FOLDER) -> list[Evaluation]:
    """Packs the model in `trained` into `folder`, calibrates it, evaluates it, and writes its card."""
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    save_delta(AutoModelForQuestionAnswering.from_pretrained(str(trained)), BUNDLED, folder)
    reader = Reader(
        load_delta(folder, AutoModelForQuestionAnswering), AutoTokenizer.from_pretrained(resolve_model(BUNDLED))
    )
    held_out = held_out_examples(recipe)
    reader.calibration = fit_calibration(reader, held_out)
    save_calibration(reader.calibration, folder)
    evaluations = [
        evaluate_reader(reader, load_examples(name, split), dataset=name, split=split, null_allowed=null_allowed)
        for name, split, null_allowed in EVALUATIONS
    ]
    write_atomically(folder / "README.md", model_card(recipe, reader.calibration, len(held_out), evaluations))
    return evaluations


def held_out_examples(recipe: Recipe) -> list[Example]:
    """The examples of the recipe's held-out groups, each once."""
    parts = dict.fromkeys((part.dataset, part.split) for part in recipe.mixture)
    return [e for name, split in parts for e in load_examples(name, split) if e.group in recipe.held_out]


def fit_calibration(reader: Reader, examples: list[Example]) -> Calibration:
    """Threshold and probability curve of a reader from examples that it never saw."""
    predictions = predict(reader, examples)
    mixed = {e.group for e in examples if not e.answerable}
    judged = [p for p, e in zip(predictions, examples, strict=True) if e.group in mixed]
    threshold = steady_threshold(
        [p.margin for p in judged], [p.f1 for p in judged], [float(not p.answerable) for p in judged]
    )
    slope, intercept = fit_logistic([p.margin for p in predictions], [p.exact for p in predictions])
    return Calibration(threshold, slope, intercept)


def model_card(recipe: Recipe, calibration: Calibration, held_out: int, evaluations: list[Evaluation]) -> str:
    """The card, from the recipe and the measured figures."""
    data = "\n".join(
        f"- {part.dataset}/{part.split}, seen {part.repeat} time(s), {part.unanswerable:.0%} unanswerable twins"
        for part in recipe.mixture
    )
    rows = "\n".join(
        f"| {e.dataset} {e.split} | {e.n} | {e.metrics['exact_match']:.1f} | {e.metrics['f1']:.1f} | "
        f"{'off' if e.threshold is None else f'{e.threshold:.2f}'} | {e.metrics['ece']:.3f} |"
        for e in evaluations
    )
    return f"""# finance-qa-reader

An extractive reader: {BUNDLED} with a span head, the average of two trainings: text, then tables
(`qa/recipes/reader-1-text.toml`, `qa/recipes/reader-2-tables.toml`), and both at once (`qa/recipes/reader-3-whole.toml`).
`delta.safetensors` holds what fine-tuning changed, as 8-bit rows; the word embeddings are the public model's.
`make reader` makes it from data to file; this card is written by the same run.

## Data of the last training

{data}

Windows of {recipe.max_length} tokens, stride {recipe.stride}, batch {recipe.batch_size}, learning rate
{recipe.learning_rate}, {recipe.epochs} epoch(s), seed {recipe.seed}.

## Scores

| data | questions | EM | F1 | threshold | calibration error |
| --- | --- | --- | --- | --- | --- |
{rows}

`financeqa evaluate reader --dataset squad --split dev_v1 --out FILE` gives the same figures. On v1 the null
answer is disabled. The threshold ({calibration.threshold:.2f}) and the probabilities (slope {calibration.slope:.3f},
intercept {calibration.intercept:.3f}) were fitted on {held_out} questions of the held-out articles
{", ".join(recipe.held_out)}; no development split was used.

## Limits

English. It points at spans and never writes; what it finds must be in the passage. Its prose
training is encyclopaedia articles, reviews and posts; of filings it has seen tables only.
"""
