"""What is each part of search worth?

    python -m experiments.ablations.retrieval --index DIR --work DIR --out FILE.json

Takes one part out at a time and compares with the whole on the same questions. The figures of parts that stand in
FILE are not made again, nor are indexes in the work folder; so a stopped run goes on. `retrieval_report` makes the
report of FILE.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.ablations.retrieval_parts import PARTS, WHOLE, Part
from qa.judging import reader_judge
from qa.reader import Reader
from retrieval.evaluation.evaluate import Given, evaluate_retrieval
from retrieval.evaluation.judged import load_judged
from retrieval.files import write_atomically
from retrieval.passage import Passage
from retrieval.ranking import Judge

TASKS: tuple[tuple[str, Given], ...] = (
    ("financebench", "question"),
    ("financial_qa_10k", "question"),
    ("financial_qa_10k", "company"),
)
SCORES = ("page_hit@5", "mrr")


class RememberedJudge:
    """A judge that is asked but once about a question and a passage's text."""

    def __init__(self, judge: Judge) -> None:
        """Around another."""
        self._judge = judge
        self._said: dict[tuple[str, str], float] = {}

    def __call__(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """What the other says, or said."""
        new = [p for p in passages if (question, p.text) not in self._said]
        for passage, said in zip(new, self._judge(question, new) if new else (), strict=True):
            self._said[question, passage.text] = said
        return [self._said[question, passage.text] for passage in passages]


def run(
    whole: Path,
    work: Path,
    out: Path,
    *,
    judge: Judge,
    parts: Sequence[Part] = PARTS,
    tasks: Sequence[tuple[str, Given]] = TASKS,
    every: int = 1,
    say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Measures search without each part, and with all; returns what it writes to `out`.

    Raises:
        ValueError: `out` is of another choice of questions.
    """
    result: dict[str, Any] = {"every": every, "companies": {}, "parts": {}}
    if out.is_file():
        result = json.loads(out.read_text(encoding="utf-8"))
        if result["every"] != every:
            raise ValueError(f"{out} is of every {result['every']}. question; give another file")
    remembered = RememberedJudge(judge)
    for part in (WHOLE, *parts):
        found = result["parts"].setdefault(part.name, {"instead": part.instead, "scores": {}})
        missing = [task for task in tasks if "/".join(task) not in found["scores"]]
        if not missing:
            continue
        with part.index(whole, work / part.name.replace(" ", "-").replace(",", "")) as index:
            for dataset, given in missing:
                judged = load_judged(dataset, "train", index)[::every]
                result["companies"] |= {question.id: question.company or question.id for question in judged}
                evaluation = evaluate_retrieval(
                    index,
                    judged,
                    dataset=dataset,
                    split="train",
                    given=given,
                    judge=remembered if part.judged else None,
                    understood=part.understood,
                )
                found["scores"][f"{dataset}/{given}"] = {
                    row.id: [row.scores[name] for name in SCORES] for row in evaluation.rows
                }
                write_atomically(out, json.dumps(result, ensure_ascii=False))
                say(f"{dataset}, {given}, without {part.name}: {evaluation.metrics[SCORES[0]]:.3f}")
    return result


def main(
    index: Annotated[Path, typer.Option("--index", help="Index of all filings.")],
    work: Annotated[Path, typer.Option(help="Folder for the indexes of parts that need their own.")],
    out: Annotated[Path, typer.Option(help="JSON file of the scores.")],
    every: Annotated[int, typer.Option(min=1, help="Only every so many-th question.")] = 1,
    part: Annotated[list[str] | None, typer.Option(help="Only this part; may be given again.")] = None,
) -> None:
    """Take out each part and measure."""
    unknown = set(part or ()) - {known.name for known in PARTS}
    if unknown:
        raise typer.BadParameter(f"no part {', '.join(sorted(unknown))}; there are {', '.join(p.name for p in PARTS)}")
    parts = [known for known in PARTS if not part or known.name in part]
    judge = reader_judge(Reader.quick())
    run(index, work, out, judge=judge, parts=parts, every=every, say=lambda line: typer.echo(line, err=True))


if __name__ == "__main__":
    typer.run(main)
