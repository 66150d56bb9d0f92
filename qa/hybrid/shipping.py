"""Makes the shipped model of tables with text: the reader as a delta, the heads as a file of named weights.

    python -m qa.hybrid.shipping

The probabilities are calibrated on the answers of cross-validation. Resumes; about an hour on two cores.
"""

from __future__ import annotations

from dataclasses import replace

import typer

from qa.data.tatqa import tatqa_questions
from qa.hybrid.answering import READER_FOLDER
from qa.hybrid.cross_validation import CrossValidation, curve_of
from qa.hybrid.evaluation import TRAINED_ON
from qa.hybrid.model import FILE, model_file
from qa.hybrid.reading import trained_reader
from qa.training import finished_model
from retrieval.bundled import BUNDLED
from retrieval.delta import save_delta
from retrieval.files import write_atomically


def main() -> None:
    """Train what is missing, fit on all contexts, and write the package's files."""
    save_delta(finished_model(trained_reader(())), BUNDLED, READER_FOLDER)
    validation = CrossValidation(tatqa_questions(TRAINED_ON))
    curve = curve_of([pair for fold in validation.left_out(calibrated=False) for pair in fold])
    write_atomically(FILE, model_file(replace(validation.fitted(None), curve=curve)))
    typer.echo(f"wrote {FILE} and {READER_FOLDER}")


if __name__ == "__main__":
    typer.run(main)
