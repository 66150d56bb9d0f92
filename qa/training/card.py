"""The model card beside a finished model: what it was made from and how, in figures, and what it scored since."""

from __future__ import annotations

import inspect
import json
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from qa.evaluation import Evaluation
from qa.finished_model import has_adapter
from qa.reader import FOLDERS
from qa.techniques.technique import Stage, Technique
from qa.training.digests import data_digest
from qa.training.recipe import Recipe
from qa.training.scaling import changes
from retrieval.bundled import BUNDLED, file_digest
from retrieval.files import write_atomically

if TYPE_CHECKING:
    from huggingface_hub import EvalResult, ModelCard, ModelCardData

FILE = "README.md"
_SCORES = "## Scores\n"  # the last section: all after it is written anew with each evaluation
_METRICS = {"exact_match": "EM", "f1": "F1", "ece": "ECE"}
_PACKAGES = ("torch", "transformers", "peft")
_TABLES = ("technique", "source", "mixture")  # of a recipe


@dataclass(frozen=True)
class Run:
    """What a card tells of a run besides its recipe.

    Attributes:
        start: digest of the weights before training.
        stages: what was trained on, in order.
        losses: of the last stage, one a step.
        processes: that shared the batches of a step.
    """

    start: str
    stages: Sequence[Stage]
    losses: Sequence[float]
    processes: int


def write_card(folder: Path, recipe: Recipe, run: Run) -> None:
    """Writes the card of the finished model in `folder`; scores of these same weights stay in it.

    Raises:
        OSError: the folder cannot be written.
    """
    before = _card_in(folder)
    data = _front_matter(folder, recipe, before.data.get("eval_results") if before else None)
    text = _text(folder, recipe, run) + _scores(data.get("eval_results"))
    write_atomically(folder / FILE, f"---\n{data.to_yaml()}\n---\n\n{text}")


def add_evaluation(folder: Path, evaluation: Evaluation) -> None:
    """Puts scores into the card of the model in `folder`, in place of older ones on the same split.

    Nothing is written where `folder` has no card that names the digests of the weights in it.

    Raises:
        OSError: the folder cannot be written.
    """
    card = _card_in(folder)
    if card is None:
        return
    split = (evaluation.dataset, evaluation.split)
    others = [each for each in card.data.get("eval_results", []) if (each.dataset_type, each.dataset_split) != split]
    card.data["eval_results"] = others + _results(evaluation)
    card.text = card.text.partition(_SCORES)[0] + _scores(card.data["eval_results"])
    write_atomically(folder / FILE, str(card))


def _card_in(folder: Path) -> ModelCard | None:
    """The card in a folder, where it names the digests of the weights that lie there."""
    from huggingface_hub import ModelCard

    path = folder / FILE
    if not path.is_file():
        return None
    text, weights = path.read_text(encoding="utf-8"), _weight_files(folder)
    return ModelCard(text) if weights and all(digest in text for digest in weights.values()) else None


def _weight_files(folder: Path) -> dict[str, str]:
    """The sha256 of each file of weights in a folder, by its path there."""
    return {str(path.relative_to(folder)): file_digest(path) for path in sorted(folder.rglob("*.safetensors"))}


def _front_matter(folder: Path, recipe: Recipe, results: list[EvalResult] | None) -> ModelCardData:
    from huggingface_hub import ModelCardData

    return ModelCardData(
        model_name=recipe.output.name,
        language="en",
        license="apache-2.0",
        library_name="peft" if has_adapter(folder) else "transformers",
        pipeline_tag="question-answering",
        base_model=_base_model(recipe.model),
        datasets=list(dict.fromkeys(part.dataset for part in [*recipe.source, *recipe.mixture])),
        tags=["finance-qa", "finance", "extractive-qa", *(technique.name for technique in recipe.technique)],
        eval_results=results,
    )


def _base_model(start: str) -> str | None:
    """The hub's name of what a run started from. The hub takes no other; a folder's is in its card, if anywhere."""
    from huggingface_hub import ModelCard

    if start == BUNDLED or start in FOLDERS:
        return f"sentence-transformers/{BUNDLED}"
    if not Path(start).is_dir():
        return start
    card = Path(start) / FILE
    name: str | None = ModelCard.load(card).data.get("base_model") if card.is_file() else None
    return name


def _text(folder: Path, recipe: Recipe, run: Run) -> str:
    weights = "\n".join(f"- `{name}`: {digest}" for name, digest in _weight_files(folder).items())
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    changed = changes(recipe.batch_size, recipe.learning_rate, run.processes)
    several = f"accelerate launch --num_processes {run.processes} -m qa.training.with_loop"
    return f"""# {recipe.output.name}

An extractive reader: a question and passages in, spans of the passages out. The run that trained it wrote this card.

```python
from qa.reader import Reader

Reader.from_pretrained("FOLDER").read("What was revenue?", ["Revenue was $5 million in 2022."])[0].text
```

Started from `{recipe.model}`, whose weights, span head included, have the digest {run.start}
(`weights_digest` in `qa.training.digests`; the data's are by `data_digest`).
Weights of the finished model, sha256:

{weights}

## Techniques

{_techniques(recipe.technique)}

## Data

{_data(run.stages)}

## Training

{_losses(run.losses)}{f" {changed}." if changed else ""}

`{"financeqa train" if run.processes == 1 else several} recipe.toml` makes this model again, with this as `recipe.toml`:

```toml
{_toml(recipe)}
```

Python {platform.python_version()}, {versions}.

## Limits

{_limits(folder, run.stages)}

"""


def _techniques(techniques: Sequence[Technique]) -> str:
    """A line a technique: its name, its knobs, what it is and what it changes, as its docstring says."""
    lines = []
    for technique in techniques:
        knobs = ", ".join(f"{key} = {json.dumps(value)}" for key, value in _knobs(technique).items())
        what, *others = (inspect.getdoc(type(technique)) or "").split("\n\n")
        told = [what, *(each for each in others if each.startswith("Changes:"))]
        lines.append(f"- `{technique.name}`{f' ({knobs})' if knobs else ''}: {' '.join(' '.join(told).split())}")
    return "The innermost first.\n\n" + "\n".join(lines) if lines else "None: full fine-tuning."


def _knobs(technique: Technique) -> dict[str, Any]:
    return technique.model_dump(mode="json", exclude={"name"})


def _data(stages: Sequence[Stage]) -> str:
    """How many examples of which data each stage had, with a digest of all of them in order."""
    parts = ["| stage | data | examples | of them without an answer |", "| --- | --- | --- | --- |"]
    digests = []
    for number, stage in enumerate(stages, start=1):
        counts = Counter(example.source for example in stage.examples)
        empty = Counter(example.source for example in stage.examples if not example.answerable)
        parts += [f"| {number} | {source} | {count} | {empty[source]} |" for source, count in counts.items()]
        digests.append(
            f"- stage {number}: digest {data_digest(stage.examples)}, epochs {stage.epochs}, "
            f"peak learning rate {stage.learning_rate}"
        )
    return "\n".join([*parts, "", *digests])


def _losses(losses: Sequence[float]) -> str:
    if not losses:
        return "No step was taken."
    share = max(1, len(losses) // 10)
    start, end = (sum(part) / share for part in (losses[:share], losses[-share:]))
    return (
        f"{len(losses)} steps in the last stage. The training loss, as the techniques change it: "
        f"{start:.4f} over the first {share} of them, {end:.4f} over the last {share}."
    )


def _toml(recipe: Recipe) -> str:
    """The recipe with all its values. JSON's strings, numbers and lists are TOML's too."""
    fields = TypeAdapter(Recipe).dump_python(recipe, mode="json")
    lines = [_assigned(name, value) for name, value in fields.items() if name not in _TABLES]
    for table in _TABLES:
        for entry in fields[table]:
            lines += ["", f"[[{table}]]", *(_assigned(name, value) for name, value in entry.items())]
    return "\n".join(lines)


def _assigned(name: str, value: Any) -> str:  # noqa: ANN401 (whatever JSON has)
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"


def _limits(folder: Path, stages: Sequence[Stage]) -> str:
    limits = [
        "English. It points at spans and never writes; what it finds must be in the passage.",
        "It knows the kinds of text under Data; on others nothing is known of it but what Scores says.",
        "Threshold and probabilities are not calibrated: the null score decides, and ECE is that of raw ones.",
    ]
    if all(example.answerable for stage in stages for example in stage.examples):
        limits.append("It was never shown a question without an answer: do not rely on its finding none.")
    if has_adapter(folder):
        limits.append("The adapter lies beside the weights in `base`: read it from a folder, not by the hub's name.")
    return "\n".join(f"- {each}" for each in limits)


def _results(evaluation: Evaluation) -> list[EvalResult]:
    from huggingface_hub import EvalResult

    return [
        EvalResult(
            task_type="question-answering",
            dataset_type=evaluation.dataset,
            dataset_name=f"{evaluation.dataset}/{evaluation.split}",
            dataset_split=evaluation.split,
            dataset_args={"questions": evaluation.n, "no_answer_allowed": evaluation.threshold is not None},
            metric_type=metric,
            metric_name=name,
            metric_value=round(evaluation.metrics[metric], 4),
        )
        for metric, name in _METRICS.items()
    ]


def _scores(results: Sequence[EvalResult] | None) -> str:
    """The last section: a line a split."""
    if not results:
        return f"{_SCORES}\nNone yet: `financeqa evaluate reader --model FOLDER` adds them.\n"
    found: dict[str, dict[str, Any]] = {}
    for each in results:
        row = found.setdefault(each.dataset_name, dict(each.dataset_args or {}))
        row[each.metric_type] = each.metric_value
    lines = [
        f"| {name} | {row['questions']} | {'allowed' if row['no_answer_allowed'] else 'off'} | "
        + " | ".join(str(row[metric]) for metric in _METRICS)
        + " |"
        for name, row in found.items()
    ]
    head = ["data", "questions", '"no answer"', *_METRICS.values()]
    return "\n".join(
        [
            _SCORES,
            f"| {' | '.join(head)} |",
            "| --- " * len(head) + "|",
            *lines,
            "",
            "By `financeqa evaluate reader`.\n",
        ]
    )
