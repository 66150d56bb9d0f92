"""From a trained model to the files that the package carries: the delta, its calibration, its card.

The threshold and the probabilities are fitted on groups that the recipe holds out, with the delta as it will be read.
Where people wrote no unanswerable questions for a group, such are made.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from qa.calibration import Calibration, fit_logistic, save_calibration, steady_threshold
from qa.data.squad_form import Example, load_examples
from qa.data.unanswerable import unanswerable_twins
from qa.evaluation import Evaluation, evaluate_reader, predict
from qa.reader import FOLDERS, GENERAL, SHIPPED, Reader
from qa.training.recipe import Part, Recipe
from retrieval.bundled import BUNDLED
from retrieval.delta import save_delta
from retrieval.files import write_atomically

RECIPE = Path(__file__).parent / "recipes" / "reader-4-prose.toml"  # of the shipped reader
UNANSWERABLE = (
    0.25  # of what people ask of filings; half, as in data sets made for it, has them told "not found" too often
)
PHRASE = 30  # tokens of SQuAD's answers at most, as others score it
EVALUATIONS = (("squad", "dev_v1", False), ("squad", "dev_v2", True))
MADE_OF = {
    GENERAL: """the average of two trainings: text, then tables
(`qa/recipes/reader-1-text.toml`, `qa/recipes/reader-2-tables.toml`), and both at once (`qa/recipes/reader-3-whole.toml`)""",
    SHIPPED: f"""`{GENERAL}` trained further on questions of filings' prose and held to what it said of
general ones and of table lookups (`qa/recipes/reader-4-prose.toml`)""",
}
LIMITS = {
    GENERAL: "Its prose\ntraining is encyclopaedia articles, reviews and posts; of filings it has seen tables only.",
    SHIPPED: "Of filings\nit has seen 10-Ks of some forty companies; their answers are often whole clauses, as their annotators chose them.",
}


def ship(recipe: Recipe, trained: Path, name: str) -> list[Evaluation]:
    """Packs the model in `trained`, and describes it.

    Args:
        recipe: that trained it.
        trained: its folder.
        name: of `qa.reader.FOLDERS`, which says where.
    """
    from transformers import AutoModelForQuestionAnswering

    save_delta(AutoModelForQuestionAnswering.from_pretrained(str(trained)), BUNDLED, FOLDERS[name])
    return describe(recipe, name)


def describe(recipe: Recipe, name: str) -> list[Evaluation]:
    """Calibrates a packed reader, evaluates it, and writes its card.

    Args:
        recipe: that trained it.
        name: of `qa.reader.FOLDERS`.
    """
    folder, reader = FOLDERS[name], Reader.quick(name)
    known = calibration_examples(recipe)
    reader.calibration = fit_calibration(reader, known)
    save_calibration(reader.calibration, folder)
    reader.max_answer_tokens = PHRASE
    evaluations = [
        evaluate_reader(reader, load_examples(dataset, split), dataset=dataset, split=split, null_allowed=null_allowed)
        for dataset, split, null_allowed in EVALUATIONS
    ]
    write_atomically(folder / "README.md", model_card(name, recipe, reader.calibration, len(known), evaluations))
    return evaluations


def calibration_examples(recipe: Recipe) -> list[Example]:
    """The examples of the groups that a recipe is calibrated on, each once.

    A group whose questions all have answers gets as many that have none.
    """
    groups = recipe.calibration or recipe.held_out
    parts = dict.fromkeys((part.dataset, part.split) for part in [*recipe.mixture, *recipe.source])
    by_group: dict[str, list[Example]] = defaultdict(list)
    for example in (e for name, split in parts for e in load_examples(name, split) if e.group in groups):
        by_group[example.group].append(example)
    for examples in by_group.values():
        if all(example.answerable for example in examples):
            examples += unanswerable_twins(examples, 1.0, seed=recipe.seed)
    return [example for examples in by_group.values() for example in examples]


def fit_calibration(reader: Reader, examples: list[Example]) -> Calibration:
    """Threshold and probability curve of a reader from examples that it never saw."""
    predictions = predict(reader, examples)
    mixed = {e.group for e in examples if not e.answerable}
    judged = [p for p, e in zip(predictions, examples, strict=True) if e.group in mixed]
    answerable = sum(p.answerable for p in judged)
    weight = UNANSWERABLE / (1 - UNANSWERABLE) * answerable / (len(judged) - answerable)
    threshold = steady_threshold(
        [p.margin for p in judged], [p.f1 for p in judged], [0.0 if p.answerable else weight for p in judged]
    )
    slope, intercept = fit_logistic([p.margin for p in predictions], [p.right for p in predictions])
    return Calibration(threshold, slope, intercept)


def model_card(name: str, recipe: Recipe, calibration: Calibration, known: int, evaluations: list[Evaluation]) -> str:
    """The card, from the recipe and the measured figures."""
    data = "\n".join([*_listed(recipe.mixture, "seen"), *_listed(recipe.source, "replayed from, counted")])
    rows = "\n".join(
        f"| {e.dataset} {e.split} | {e.n} | {e.metrics['exact_match']:.1f} | {e.metrics['f1']:.1f} | "
        f"{'off' if e.threshold is None else f'{e.threshold:.2f}'} | {e.metrics['ece']:.3f} |"
        for e in evaluations
    )
    return f"""# {name}

An extractive reader: {BUNDLED} with a span head, {MADE_OF[name]}.
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

`financeqa evaluate reader --model {name} --dataset squad --split dev_v1 --out FILE` gives the same figures. On v1 the
null answer is disabled. The threshold ({calibration.threshold:.2f}) and the probabilities of saying what an accepted answer
says (`qa.metrics.normalise.is_right`; slope {calibration.slope:.3f}, intercept {calibration.intercept:.3f}) were fitted on {known} questions of groups that were held out,
{", ".join(recipe.calibration or recipe.held_out)}; no development split was used.

## Limits

English. It points at spans and never writes; what it finds must be in the passage. {LIMITS[name]}
"""


def _listed(parts: list[Part], how: str) -> list[str]:
    return [
        f"- {part.dataset}/{part.split}, {how} {part.repeat} time(s), {part.unanswerable:.0%} unanswerable twins"
        for part in parts
    ]
