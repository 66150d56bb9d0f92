"""What do products of 8-bit integers cost the reader, and what do they save?

    python -m experiments.ablations.eight_bits [--limit N]

The shipped reader as questions are answered (ONNX Runtime, 8 bits) beside the same weights in torch (32 bits), on
SQuAD v1.1 dev and on financial_qa_10k's companies that no reader is trained on. It stays as long as F1 falls by less
than 0.3 points. On a processor without instructions for such products both are in 32 bits.
"""

from __future__ import annotations

import random
import time
from typing import Annotated

import typer

from experiments.statistics.comparison import compare
from experiments.study.defaults import FINANCE_TEST
from qa.data.squad_form import Example, load_examples
from qa.evaluation import Prediction, predict
from qa.reader import Reader


def main(limit: Annotated[int, typer.Option(min=1, help="Questions a data set, drawn by seed 0.")] = 20_000) -> None:
    """Print F1, the difference with its 95% interval, and processor time."""
    finance = [e for e in load_examples("financial_qa_10k", "train") if e.group in FINANCE_TEST]
    for name, every in {"squad/dev_v1": load_examples("squad", "dev_v1"), "financial_qa_10k": finance}.items():
        chosen = random.Random(0).sample(every, min(limit, len(every)))
        exact, exact_seconds = _read(Reader.from_pretrained(), chosen)
        quick, quick_seconds = _read(Reader.quick(), chosen)
        found = compare([p.f1 for p in quick], [p.f1 for p in exact], [e.group for e in chosen])
        typer.echo(
            f"{name}, {len(chosen)} questions: F1 {_mean(exact):.2f} in 32 bits ({exact_seconds:.0f} s), "
            f"{_mean(quick):.2f} in 8 ({quick_seconds:.0f} s), {found.points}"
        )


def _read(reader: Reader, examples: list[Example]) -> tuple[list[Prediction], float]:
    """Answers, and seconds of the processor."""
    predict(reader, examples[:8])
    started = time.process_time()
    return predict(reader, examples), time.process_time() - started


def _mean(predictions: list[Prediction]) -> float:
    return 100 * sum(prediction.f1 for prediction in predictions) / len(predictions)


if __name__ == "__main__":
    typer.run(main)
