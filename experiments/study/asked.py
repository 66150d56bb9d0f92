"""The questions that a run was asked, from its arguments."""

from __future__ import annotations

from experiments.study.fine_tuning import EvaluationSet
from experiments.study.results import Run
from qa.data.squad_form import Example, load_examples


def asked_examples(run: Run, label: str) -> dict[str, Example]:
    """The questions behind a run's metrics of a label, by their names.

    Args:
        run: of fine-tuning, or of a study whose arguments are a data set and split themselves.
        label: what the metrics call the evaluation set.

    Raises:
        ValueError: the run has no evaluation set of this label.
        retrieval.data_folder.MissingDataError: the data set is not on this machine.
    """
    arguments = run.record["arguments"]
    if "evaluate" not in arguments:
        return {each.id: each for each in load_examples(arguments["dataset"], arguments["split"])}
    sets = [EvaluationSet.model_validate(each) for each in arguments["evaluate"]]
    found = [each for each in sets if each.label == label]
    if not found:
        raise ValueError(f"{run.arm} has no evaluation set {label}; it has {', '.join(each.label for each in sets)}")
    return {each.id: each for each in found[0].examples(arguments.get("held_out", ()))}
