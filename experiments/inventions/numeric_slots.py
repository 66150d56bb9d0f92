"""Does one token a number help a reader with answers that have numbers?

    python -m experiments.inventions.numeric_slots

reads what study 6 (`financeqa study run tokenizers --size cpu`) left of each question, and compares tokenizers on answers
with a number and without. Seconds.
"""

from __future__ import annotations

import numpy as np
import typer

from experiments.gaps.from_study import study_source
from experiments.inventions.recorded import recorded
from experiments.statistics import compare_runs
from experiments.study.known import load_study
from experiments.study.results import FOLDER, planned_runs, score_matrix

STUDY, DATASET = "tokenizers", "financial_qa_10k"
BASELINE, ARMS = "wordpiece", ("slots", "digits")


@recorded("numeric-slots")
def main() -> None:
    """Print tokens a number, then each arm's points over WordPiece by kind of answer.

    Raises:
        ValueError: the study has not been run.
    """
    study = load_study(STUDY)
    source = study_source(study)
    if source is None:
        raise ValueError(f"no runs: financeqa study run {STUDY} --size cpu")
    runs = planned_runs(study, "cpu", FOLDER)
    by_arm = {arm: [run for run in runs if run.arm == arm] for arm in (BASELINE, *ARMS)}
    for arm, found in by_arm.items():
        facts = found[0].record["facts"]
        typer.echo(f"{arm:10} {facts['tokens_a_number']:.2f} tokens a number, {facts['tokens_a_word']:.2f} a word")
    kinds = np.array([slices["answer"] for slices in source.slices])
    documents = np.array(source.documents)
    for kind in np.unique(kinds):
        inside = kinds == kind
        for score in ("exact_match", "f1"):
            scores = {arm: score_matrix(found, f"{DATASET}.{score}")[0][:, inside] for arm, found in by_arm.items()}
            for arm in ARMS:
                compared = compare_runs(scores[arm], scores[BASELINE], list(documents[inside]))
                typer.echo(
                    f"{kind} ({inside.sum()}), {score}: {arm} {100 * scores[arm].mean():.1f}, "
                    f"{BASELINE} {100 * scores[BASELINE].mean():.1f}, {compared.points} points, p {compared.p:.2g}"
                )


if __name__ == "__main__":
    typer.run(main)
