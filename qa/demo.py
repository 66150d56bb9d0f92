"""The demo: four sample filings, six questions, each answer with its evidence, and whether it is right."""

from __future__ import annotations

import contextlib
import tempfile
import tomllib
from dataclasses import dataclass

from qa.answer import Answer
from qa.answering import FinanceQA
from qa.asking import describe
from qa.metrics.normalise import exact_match
from qa.reader import Reader
from retrieval.index.index import Index
from retrieval.ingest import ingest
from retrieval.samples import QUESTIONS, sample_folder


@dataclass(frozen=True, slots=True)
class SampleQuestion:
    """A question on the sample filings with its right answers; none where it has none.

    Attributes:
        question: as asked.
        kind: `sentence`, `table`, `text`, `wrong_company` or `unanswerable`.
        answers: accepted strings; empty where "not found" is right.
        document: file name of the filing that holds the evidence.
        restated: what a later filing says, where it says otherwise.
        demo: whether it is one of the demo's six.
    """

    question: str
    kind: str
    answers: tuple[str, ...] = ()
    document: str = ""
    restated: str = ""
    demo: bool = False

    def judge(self, answer: Answer) -> bool:
        """Whether an answer is right: the accepted text from the right filing, and the restatement named."""
        if not self.answers:
            return not answer.found
        if not answer.found or not any(exact_match(answer.text, accepted) for accepted in self.answers):
            return False
        named = not self.restated or self.restated in [restatement.text for restatement in answer.restated]
        return named and answer.citations[0].source.endswith(self.document)


def sample_questions() -> list[SampleQuestion]:
    """The questions of `retrieval/samples/questions.toml`."""
    records = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))["question"]
    return [SampleQuestion(**{**record, "answers": tuple(record.get("answers", ()))}) for record in records]


def run(address: str | None = None) -> bool:
    """Ingests the samples into a new index and asks; prints everything; whether all answers are right.

    Args:
        address: of the index; that of a folder that is deleted afterwards unless given.
    """
    right = 0
    asked = [question for question in sample_questions() if question.demo]
    with tempfile.TemporaryDirectory(prefix="financeqa-demo-") as folder:
        address = address or f"{folder}/index"
        with Index.create(address) as index:
            report = ingest(index, [sample_folder()])
            print(f"{report.added} sample filings, {report.pages} pages, {report.passages} passages\n")
        with contextlib.closing(Index.open(address)) as opened:
            system = FinanceQA(opened, Reader.quick())
            for question in asked:
                answer = system.ask(question.question)
                good = question.judge(answer)
                right += good
                print(f"Q: {question.question}\nA: {describe(answer)}\n   {'right' if good else 'WRONG'}\n")
    print(f"{right} of {len(asked)} right")
    return right == len(asked)
