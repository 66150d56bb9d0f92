"""Study 7: knowing when not to answer.

Question: which confidence best tells a reader's right answers from its wrong ones, on companies that it never saw and
where half of the questions have no answer?

Hypothesis: whether the answers of a training's snapshots agree says something of a question that the finished model's
scores do not (as Si et al., 2022, found for answers within a domain), so a confidence that uses it orders answers
better than one of scores alone; and any confidence that is fitted is better calibrated than the reader's softmax.

Prediction: trajectory consensus lowers the area under the risk-coverage curve (AURC) by at least 5% relative to
temperature scaling, else the hypothesis is refuted; softmax is at least 1 point below temperature scaling, isotonic
regression within half a point of Platt's curve.

Primary metric: Brier score turned round, 1 - (p - right)^2 a question, on financial_qa_10k, companies unseen in
training; an answer is right that is the silver span after normalisation, and no answer to a question without one is.
AURC, what it has over the best order of the same answers, calibration error (ECE) and coverage at 90% precision are
facts of each run.

Smallest effect: half a point of the primary metric, and 5% of AURC.

Decision rule: three seeds. All arms of a seed judge the same answers, which their facts prove (answers); they differ in
the confidence, whose fit leaves out the company that is asked. An arm is better or worse than temperature scaling if
the 95% interval over seeds and companies excludes zero after Holm's correction. The prediction of AURC holds if the
mean over seeds of consensus is at most 0.95 of that of temperature scaling and it is lower in each seed. Platt's curve
is consensus without the agreement.

Cost: 3 readers trained, 8 minutes each on one core, and 15 runs of seconds over their answers: a quarter of an hour on
two cores.

Command: financeqa study run abstention --size cpu
"""

from experiments.study.abstention import measure
from experiments.study.confidence import CONFIDENCES
from experiments.study.defaults import FINANCE, SMOKE
from experiments.study.study import Arm, Prediction, Study

BASELINE = "temperature"
UNANSWERABLE = {"unanswerable": 0.5}

STUDY = Study(
    name="abstention",
    text=__doc__,
    primary="financial_qa_10k.brier",
    smallest=0.5,
    baseline=BASELINE,
    default={
        **FINANCE,
        "mixture": [{**part, **UNANSWERABLE} for part in FINANCE["mixture"]],
        "source": [],
        "evaluate": FINANCE["evaluate"][:1],
    },
    smoke={**SMOKE, "mixture": [{**part, **UNANSWERABLE} for part in SMOKE["mixture"]], "source": []},
    seeds={"smoke": 1, "cpu": 3, "full": 5},
    measure=measure,
    confirmatory=tuple(name for name in CONFIDENCES if name != BASELINE),
    facts=("aurc", "excess_aurc", "ece", "coverage_at_90"),
    predictions=(
        Prediction("consensus lowers AURC by at least 5%", "consensus", "temperature", high=-5, metric="facts.aurc"),
        Prediction("softmax at least 1 point below temperature scaling", "softmax", "temperature", high=-1),
        Prediction("isotonic within half a point of Platt's curve", "isotonic", "platt", -0.5, 0.5),
    ),
    arms={name: Arm({"confidence": name}) for name in CONFIDENCES},
)
