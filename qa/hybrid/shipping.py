"""Makes the shipped model of tables with text: the reader as a delta, the heads as a file of named weights.

    python -m qa.hybrid.shipping

The probabilities are calibrated on the answers of cross-validation. Resumes; about an hour on two cores.
"""

from __future__ import annotations

from dataclasses import replace

import typer

from qa.data.tatqa import tatqa_questions
from qa.finished_model import load_finished
from qa.hybrid.answering import READER_FOLDER
from qa.hybrid.cross_validation import CrossValidation, curve_of
from qa.hybrid.evaluation import TRAINED_ON
from qa.hybrid.model import FILE, model_file
from qa.hybrid.reading import trained_reader
from retrieval.bundled import BUNDLED
from retrieval.delta import save_delta
from retrieval.files import write_atomically

CARD = f"""# Reader and heads of tables with text

`delta.safetensors`: what fine-tuning changed of {BUNDLED}, as 8-bit rows. It is `general-qa-reader`, trained
further on the text answers of TAT-QA's development split (Zhu et al., 2021; CC BY 4.0, its paper says for research), by
`qa/recipes/reader-hybrid.toml`. `../hybrid.json`: the heads that choose among all answers that a table and its text
admit, one weight for each named feature and word n-gram, and those of the scale; fitted on the same questions, the
reader of each fold of contexts having seen neither that fold nor the one evaluated.

`make hybrid` makes both from data to file; this card is written by the same run. Scores by cross-validation:
`financeqa evaluate answers --dataset tatqa --split dev --out FILE`. Probabilities are calibrated on the same answers.

Limits: English; one table at a time; an answer that needs a number from the text and one from the table is not worked
out. What was learned is how annotators of TAT-QA ask and where they end an answer.
"""


def main() -> None:
    """Train what is missing, fit on all contexts, and write the package's files."""
    save_delta(load_finished(trained_reader(())), BUNDLED, READER_FOLDER)
    validation = CrossValidation(tatqa_questions(TRAINED_ON))
    curve = curve_of([pair for fold in validation.left_out(calibrated=False) for pair in fold])
    write_atomically(FILE, model_file(replace(validation.fitted(None), curve=curve)))
    write_atomically(READER_FOLDER / "README.md", CARD)
    typer.echo(f"wrote {FILE} and {READER_FOLDER}")


if __name__ == "__main__":
    typer.run(main)
