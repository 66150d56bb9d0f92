"""The commands of the reader and of answers. Each imports what it needs when it is called."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from retrieval.cli import ADDRESS, Engine, FiscalQuarter, FiscalYear, IndexAddress, OnEngine, RayAddress

if TYPE_CHECKING:
    from qa.answers_evaluation import AnswersEvaluation
    from qa.hybrid.evaluation import TatEvaluation
    from qa.programs.evaluation import FinEvaluation
    from qa.span_answers_evaluation import SpanAnswersEvaluation

evaluate = typer.Typer(no_args_is_help=True, help="Score a reader or search on a data set.")


def train(
    config: Annotated[Path, typer.Argument(help="A recipe, such as qa/recipes/reader-1-text.toml.")],
    ship: Annotated[
        str | None, typer.Option(metavar="NAME", help="Pack it as general-qa-reader or finance-qa-reader, with scores.")
    ] = None,
    push_to_hub: Annotated[
        str | None, typer.Option(metavar="NAME", help="Publish model and card, as me/filings-reader or so.")
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="With --push-to-hub: only you can see it.")] = False,
) -> None:
    """Train a model as a recipe says; a stopped run goes on from its last checkpoint.

    With `accelerate launch --num_processes 2 -m experiments.cli train CONFIG` several processes share each step.
    """
    if private and push_to_hub is None:
        raise typer.BadParameter("--private says how to publish; add --push-to-hub NAME")
    from qa.reader import FOLDERS
    from qa.training.hub import push, require_publishable
    from qa.training.recipe import load_recipe
    from qa.training.scaling import processes_here
    from qa.training.train import train as run

    recipe = load_recipe(config)
    if ship is not None and ship not in FOLDERS:
        raise typer.BadParameter(f"--ship takes {' or '.join(FOLDERS)}, not {ship!r}")
    if push_to_hub is not None:
        require_publishable(push_to_hub)
    folder = run(recipe)
    if not processes_here().is_main_process:
        return
    typer.echo(str(folder))
    if push_to_hub is not None:
        typer.echo(push(folder, push_to_hub, private=private))
    if ship is not None:
        from qa.shipping import ship as pack

        for evaluation in pack(recipe, folder, ship):
            typer.echo(json.dumps(evaluation.summary()))


def ask(
    index: IndexAddress,
    question: Annotated[str | None, typer.Argument(help="In English; left out with --batch.")] = None,
    company: Annotated[str | None, typer.Option(help="Ask the filings of this company only.")] = None,
    year: FiscalYear = None,
    quarter: FiscalQuarter = None,
    k: Annotated[int, typer.Option(min=1, max=200, help="Passages read at a time.")] = 12,
    n_best: Annotated[int, typer.Option(min=1, max=20, help="Possible answers to give, the best included.")] = 1,
    model: Annotated[str, typer.Option(help="finance-qa-reader, a folder, or a hub name.")] = "finance-qa-reader",
    batch: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="File of questions.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="With --batch: CSV instead of JSON lines.")] = False,
    engine: OnEngine = Engine.local,
    address: RayAddress = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Ask filings a question; get the answer with its evidence, or "not found" with the reason."""
    if (question is None) == (batch is None):
        raise typer.BadParameter("give one question, or --batch FILE")
    if engine is Engine.ray and batch is None:
        raise typer.BadParameter("--engine ray answers files of questions; add --batch FILE")
    from qa.answering import FinanceQA
    from qa.asking import csv_rows, describe, json_lines, read_questions
    from qa.ray_asking import answers_on_ray

    questions = [question] if question is not None else read_questions(batch or Path())
    if engine is Engine.ray:
        found = answers_on_ray(
            index,
            questions,
            reader=model,
            k=k,
            address=address,
            company=company,
            year=year,
            quarter=quarter,
            n_best=n_best,
        )
        for line in csv_rows(found) if as_csv else json_lines(found):
            typer.echo(line)
        return
    with FinanceQA.open(index, reader=model, k=k) as system:
        answers = (system.ask(asked, company=company, year=year, quarter=quarter, n_best=n_best) for asked in questions)
        if batch is None and not as_json:
            typer.echo(describe(next(answers)))
            return
        for line in csv_rows(answers) if as_csv else json_lines(answers):
            typer.echo(line)


def serve(
    index: IndexAddress,
    host: Annotated[str, typer.Option(help="Address to listen at; others than loopback need keys.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes, each with the reader in memory.")] = 1,
    keys: Annotated[
        Path | None, typer.Option(help="File of API keys: `read KEY` or `write KEY` a line; else $FINANCEQA_API_KEYS.")
    ] = None,
    model: Annotated[str, typer.Option(help="finance-qa-reader, a folder, or a hub name.")] = "finance-qa-reader",
    log_questions: Annotated[bool, typer.Option("--log-questions", help="Logs have the text of questions.")] = False,
    files: Annotated[
        Path | None, typer.Option(help="Folder of uploads and feedback; that of the index where it is a folder.")
    ] = None,
) -> None:
    """Answer questions, search and take filings over HTTP; `/openapi.json` describes it."""
    from qa.api.serving import serve as run
    from qa.api.settings import Settings
    from retrieval.index.address import MILVUS

    if files is None and index.startswith(MILVUS):
        raise typer.BadParameter("say in which folder uploads and feedback are kept", param_hint="--files")
    settings = Settings(index, host=host, port=port, model=model, keys=keys, log_questions=log_questions, files=files)
    run(settings, workers=workers)


def pipeline(
    task: Annotated[str, typer.Argument(help="As the hub calls it: question-answering, text-classification, ...")],
    model: Annotated[str, typer.Argument(help="finance-qa-reader, a folder, or a hub name.")],
    texts: Annotated[list[str], typer.Argument(help="Texts; question and text to read in question-answering.")],
    max_new_tokens: Annotated[int, typer.Option(min=1, help="Where the task writes: tokens at most.")] = 40,
) -> None:
    """Show what `transformers.pipeline` hides: text to numbers, numbers to logits, logits to an answer."""
    from qa.three_steps.run import show

    for line in show(task, model, texts, max_new_tokens=max_new_tokens):
        typer.echo(line)


def demo(
    index: Annotated[
        str | None, typer.Option("--index", help=f"{ADDRESS} A new one; else one that is deleted afterwards.")
    ] = None,
) -> None:
    """Ingest the sample filings and ask them six questions; exit status 1 unless all are answered right."""
    from qa.demo import run

    if not run(index):
        raise typer.Exit(1)


@evaluate.command("reader")
def evaluate_reader(
    dataset: Annotated[str, typer.Option(help="squad, squadshifts, ...")],
    split: Annotated[str, typer.Option(help="dev_v1, dev_v2, ...")],
    out: Annotated[Path, typer.Option(help="Where predictions and scores are written, as JSON.")],
    model: Annotated[str, typer.Option(help="finance-qa-reader, a folder, or a hub name.")] = "finance-qa-reader",
    limit: Annotated[int, typer.Option(min=0, help="Only the first so many questions; 0 for all.")] = 0,
    max_answer_tokens: Annotated[int, typer.Option(min=1, help="Length of an answer at most.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Score a reader on a span data set; "no answer" is allowed where the data set has such questions.

    The scores of a whole split go into the card of a model that was trained here, too.
    """
    from qa.data.squad_form import load_examples
    from qa.evaluation import evaluate_reader as run
    from qa.reader import Reader
    from qa.training.card import add_evaluation

    examples = load_examples(dataset, split)
    examples = examples[:limit] if limit else examples
    null_allowed = not all(example.answerable for example in examples)
    reader = Reader.quick(model)
    reader.max_answer_tokens = max_answer_tokens
    result = run(reader, examples, dataset=dataset, split=split, null_allowed=null_allowed)
    result.write(out)
    if not limit:
        add_evaluation(Path(model), result)
    if as_json:
        typer.echo(json.dumps(result.summary()))
        return
    metrics = "  ".join(f"{name} {value:.4g}" for name, value in result.metrics.items())
    typer.echo(f"{dataset}/{split}  n {result.n}  {metrics}  {result.seconds:.0f} s; written to {out}")


@evaluate.command("retrieval")
def evaluate_retrieval(
    index: IndexAddress,
    dataset: Annotated[str, typer.Option(help="financebench, financial_qa_10k, finqabench, fiqa.")],
    out: Annotated[Path, typer.Option(help="Where scores and each question's ranking are written, as JSON.")],
    split: Annotated[str, typer.Option(help="Where the data set has several.")] = "train",
    given: Annotated[str, typer.Option(help="What search is told: question, company, filing, statement.")] = "question",
    model: Annotated[
        str, typer.Option(help="Reader that judges the first passages; none for none.")
    ] = "finance-qa-reader",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Score search on judged questions; an index of a data set that has its own corpus is made where there is none."""
    from qa.judging import reader_judge
    from qa.reader import Reader
    from retrieval.evaluation.evaluate import GIVEN
    from retrieval.evaluation.evaluate import evaluate_retrieval as run
    from retrieval.evaluation.judged import CORPORA, load_judged, make_corpus_index
    from retrieval.index.address import store_kind
    from retrieval.index.index import Index

    rung = _one_of(GIVEN, given, "--given")
    if dataset in CORPORA and not store_kind(index).exists(index):
        make_corpus_index(dataset, index)
    judge = None if model == "none" else reader_judge(Reader.quick(model))
    with Index.open(index) as opened:
        questions = load_judged(dataset, split, opened)
        result = run(opened, questions, dataset=dataset, split=split, given=rung, judge=judge)
    result.write(out)
    if as_json:
        typer.echo(json.dumps(result.summary()))
        return
    for name, value in result.metrics.items():
        low, high = result.intervals[name]
        typer.echo(f"{name:18} {value:.3f}  [{low:.3f}, {high:.3f}]")
    typer.echo(f"{result.n} questions of {dataset}, {result.seconds:.0f} s; written to {out}")


@evaluate.command("answers")
def evaluate_answers(
    out: Annotated[Path, typer.Option(help="Where scores and each answer are written, as JSON.")],
    dataset: Annotated[
        str,
        typer.Option(
            help="filinglookup, filinglookup_parts (of segments, countries, ...), filinglookup_fiscal (of quarters and years by "
            "name), financebench, financial_qa_10k, over an index; tatqa, finqa, convfinqa bring context."
        ),
    ] = "filinglookup",
    index: Annotated[str | None, typer.Option("--index", help=ADDRESS)] = None,
    split: Annotated[
        str, typer.Option(help="Of those that bring context; cross-validated, but for tatqa's other splits.")
    ] = "dev",
    official: Annotated[Path | None, typer.Option(help="Also the benchmark's submission form, here.")] = None,
    given: Annotated[str, typer.Option(help="What the system is told: question; filing or company.")] = "question",
    n: Annotated[int, typer.Option(min=1, help="Questions of filinglookup, drawn by seed.")] = 2000,
    seed: Annotated[int, typer.Option(help="Of the questions.")] = 7,
    model: Annotated[str, typer.Option(help="finance-qa-reader, a folder, or a hub name.")] = "finance-qa-reader",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Score answers: numbers of filings over an index, or a benchmark that brings its context."""
    from qa.benchmarks import BENCHMARKS
    from qa.data.filing_lookup import KINDS

    known = (*KINDS, "financebench", "financial_qa_10k", *BENCHMARKS)
    if dataset not in known:
        raise typer.BadParameter(f"{dataset!r} is none of {', '.join(known)}", param_hint="--dataset")
    result: AnswersEvaluation | SpanAnswersEvaluation | TatEvaluation | FinEvaluation
    if dataset in BENCHMARKS:
        if index is not None or given != "question":
            raise typer.BadParameter(f"{dataset} brings its context; --index and --given are for others")
        result = BENCHMARKS[dataset](split)
        if official is not None:
            result.write_official(official)
    else:
        if official is not None:
            raise typer.BadParameter(f"{dataset} has no submission form", param_hint="--official")
        result = _answers_over_index(index, dataset, given=given, n=n, seed=seed, model=model)
    result.write(out)
    if as_json:
        typer.echo(json.dumps(result.summary()))
        return
    for line in result.lines():
        typer.echo(line)
    typer.echo(f"{result.n} questions, {result.seconds:.0f} s; written to {out}")


def _answers_over_index(
    index: str | None, dataset: str, *, given: str, n: int, seed: int, model: str
) -> AnswersEvaluation | SpanAnswersEvaluation:
    from qa.answering import FinanceQA
    from qa.answers_evaluation import GIVEN, evaluate_metrics, held_out_lookups
    from qa.answers_evaluation import evaluate_answers as run
    from qa.data.filing_lookup import KINDS
    from qa.data.financebench import metrics_questions
    from qa.shipping import RECIPE
    from qa.span_answers_evaluation import SPAN_GIVEN, evaluate_span_answers, unseen_examples
    from qa.training.recipe import load_recipe

    if index is not None and dataset == "financial_qa_10k":
        span_told = _one_of(SPAN_GIVEN, given, "--given")
        with FinanceQA.open(index, reader=model) as system:
            return evaluate_span_answers(system, unseen_examples(load_recipe(RECIPE)), dataset=dataset, given=span_told)
    told = _one_of(GIVEN, given, "--given")
    if index is None:
        raise typer.BadParameter(f"{dataset} is asked over an index; say where it lies", param_hint="--index")
    with FinanceQA.open(index, reader=model) as system:
        if dataset == "financebench":
            return evaluate_metrics(system, metrics_questions())
        questions, dropped = held_out_lookups(n, seed=seed, kind=KINDS[dataset])
        return run(system, questions, given=told, dataset=dataset, dropped=dropped)


_Named = TypeVar("_Named", bound=str)


def _one_of(known: Sequence[_Named], said: str, option: str) -> _Named:
    """The known value that was said; anything else is wrong usage."""
    found = next((each for each in known if each == said), None)
    if found is None:
        raise typer.BadParameter(f"{said!r} is none of {', '.join(known)}", param_hint=option)
    return found
