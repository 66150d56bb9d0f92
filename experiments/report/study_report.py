"""The report of one study, from its result files."""

from __future__ import annotations

from pathlib import Path

from experiments.report.curve import learning_curve
from experiments.report.document import Block, Command, Document, Paragraph, Section, Terms
from experiments.report.errors import sampled_errors
from experiments.report.evidence import Evidence, gather
from experiments.report.forest import forest
from experiments.report.forgetting import forgetting
from experiments.report.frontier import COSTS, frontier
from experiments.report.origin import origin
from experiments.report.reliability import diagram, reliability
from experiments.report.tables import arm_table, later_seeds, other_metrics, prediction_table
from experiments.report.wording import compared_sizes, findings, foretold, headline, power, standing
from experiments.report.writing import write_report
from experiments.study.results import FOLDER
from experiments.study.study import SECTIONS, Size, Study
from retrieval.data_folder import MissingDataError

OUT = Path("experiments/reports/studies")


def report_study(study: Study | str, size: Size = "cpu", folder: Path = FOLDER, out: Path = OUT) -> Document:
    """Writes a study's report, `<name>.html` and `<name>.md`, the latter with its plots in `figures`.

    Args:
        study: or its name.
        size: smoke, cpu or full.
        folder: of the results.
        out: where the report goes.

    Raises:
        ValueError: no study has this name.
    """
    evidence = gather(study, size, folder)
    document = study_document(evidence)
    write_report(document, out, evidence.study.name)
    return document


def study_document(evidence: Evidence) -> Document:
    """What is to be said of a study."""
    study = evidence.study
    stated = Terms([(section, _sentence(study.section(section))) for section in SECTIONS])
    remarks = [Paragraph(_sentence(remark)) for remark in study.remarks]
    sections = [
        Section("stated", "Stated before the runs", [stated, *remarks]),
        Section("found", "What was found", _found(evidence)),
    ]
    if evidence.ranked:
        sections += _measured(evidence)
    sections.append(Section("origin", "Where this comes from", [*origin(evidence), *_commands(evidence)]))
    told = foretold(evidence)
    lead = f"{_sentence(study.section('Question'))} {headline(evidence)}{f' Predictions: {told}.' if told else ''}"
    return Document(f"Study: {study.name}", lead, sections)


def _measured(evidence: Evidence) -> list[Section]:
    """The sections that take results."""
    arms = _present(arm_table(evidence), forest(evidence), later_seeds(evidence), other_metrics(evidence))
    costs = _present(*(frontier(evidence, cost) for cost in COSTS))
    kept = _present(*(forgetting(evidence, source) for source in evidence.study.sources))
    sections = {
        "arms": ("Arms", arms),
        "cost": ("Quality against cost", costs),
        "forgetting": ("Forgetting", kept),
        "curve": ("Learning curve", _present(learning_curve(evidence))),
        "reliability": ("Reliability", _reliability(evidence)),
        "errors": ("Sampled errors", _errors(evidence)),
    }
    return [Section(name, title, blocks) for name, (title, blocks) in sections.items() if blocks]


def _found(evidence: Evidence) -> list[Block]:
    """The verdict against the hypothesis."""
    blocks: list[Block] = [Paragraph(standing(evidence))]
    claimed = [arm for arm in evidence.compared if arm.confirmatory]
    explored = [arm for arm in evidence.compared if not arm.confirmatory]
    if not evidence.compared:
        return [
            *blocks,
            Paragraph("Nothing is known yet: no arm shares a finished seed with the one that it is compared with."),
        ]
    n = compared_sizes(arm.comparisons[evidence.metric] for arm in evidence.compared)
    blocks += [
        Terms([("The hypothesis was", _sentence(evidence.study.section("Hypothesis")))]),
        *_present(prediction_table(evidence)),
        Paragraph(
            f"Points of {evidence.metric} over {evidence.against} with 95% interval; the verdict is by p after Holm's correction among "
            f"confirmatory arms, after Benjamini and Hochberg's among exploratory ones; the smallest effect that matters is "
            f"{evidence.study.smallest:g}; {n}."
        ),
    ]
    blocks += [Paragraph(told)] if (told := power(evidence)) else []
    if not claimed:
        blocks.append(Paragraph("No confirmatory arm has been compared, so nothing here is a claim."))
    return [
        *blocks,
        *findings(evidence, claimed, "Confirmatory"),
        *findings(evidence, explored, "Exploratory, no claim"),
    ]


def _reliability(evidence: Evidence) -> list[Block]:
    """Of the best arm and the baseline."""
    baseline, dataset = evidence.study.baseline, evidence.metric.rsplit(".", 1)[0]
    chosen = dict.fromkeys([evidence.best.arm, *([baseline] if evidence.result.arm(baseline) else [])])
    try:
        found = [(arm, reliability(evidence.runs_of(arm), dataset)) for arm in chosen]
    except ValueError as error:
        return [Paragraph(f"Not drawn: {error}.")]
    return [diagram(evidence, found)]


def _errors(evidence: Evidence) -> list[Block]:
    try:
        return [sampled_errors(evidence, evidence.best.arm)]
    except (MissingDataError, ValueError) as error:
        return [Paragraph(f"Not shown: {error}.")]


def _commands(evidence: Evidence) -> list[Block]:
    return [
        Command("The results", evidence.run_command),
        Command("This report with all its figures and tables", evidence.command),
    ]


def _present(*blocks: Block | None) -> list[Block]:
    return [block for block in blocks if block is not None]


def _sentence(text: str) -> str:
    """The text with a capital at its beginning; a command stays as it is."""
    return text if text.startswith("financeqa ") else text[:1].upper() + text[1:]
