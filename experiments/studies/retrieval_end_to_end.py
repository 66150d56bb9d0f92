"""Study 9: what search brings to the final answer.

Question: which parts of search does the answer of the whole system depend on, where a question is asked over all filings?

Hypothesis: what the question names decides, as it chooses the filings; lexical and semantic search make up for each
other, so that either alone loses little; a reader that judges thirty passages before it reads twelve finds what the
ranking put too low.

Prediction: without what the question names, F1 falls by at least 4 points; lexical and semantic search alone each by 1
to 3; reciprocal ranks and 24 passages stay within 1; 4 passages lose at least 2; a judge gains at least 2; being given
the company gains at least 2. Before this was written, 60 questions with the company given had been asked: F1 20.3.

Primary metric: token F1 of the final answer against the silver span on the questions of financial_qa_10k that are
located in the shared filings, "not found" scoring 0; beside it the shares of questions that were answered at all, and
of those for which search gave the reader a passage that holds half of the gold text. Numbers that are looked up in
tables are answered without a search, so that this share counts them as not read.

Smallest effect: 3 points of F1.

Decision rule: nothing is trained, so that another seed would draw other questions and say nothing of the arms that
more questions would not: one seed, 200 questions at cpu size and all at full size. The confirmed arms are compared
with the whole system; an arm is better or worse where the 95% interval over companies excludes zero after Holm's
correction. Passages read and reciprocal ranks are exploratory. The system as shipped reads without a judge, so that
one is put in, not taken out. Parts that shape the index are left to experiments.ablations.retrieval.

Cost: 9 runs of 200 questions at about 5 seconds each, more with a judge and 24 passages: three hours and a half on one
core, on two half of that.

Command: FINANCEQA_INDEX=FOLDER financeqa study run retrieval_end_to_end --size cpu
"""

from experiments.ablations.end_to_end import FROM_ENVIRONMENT, measure
from experiments.ablations.generated_filings import GENERATED
from experiments.study.study import Arm, Prediction, Study

STUDY = Study(
    name="retrieval_end_to_end",
    text=__doc__,
    primary="financial_qa_10k.f1",
    smallest=3.0,
    baseline="whole",
    default={
        "dataset": "financial_qa_10k",
        "split": "train",
        "limit": 200,
        "index": FROM_ENVIRONMENT,
        "without": [],
        "judged": False,
        "k": 12,
        "given": "question",
    },
    smoke={"dataset": GENERATED, "index": "", "limit": 4},
    full={"limit": 0},
    seeds={"smoke": 1, "cpu": 1, "full": 1},
    measure=measure,
    confirmatory=("lexical_only", "semantic_only", "nothing_understood", "judged", "company_given"),
    predictions=(
        Prediction("without what the question names at least 4 points lost", "nothing_understood", "whole", high=-4),
        Prediction("lexical search alone loses 1 to 3", "lexical_only", "whole", -3, -1),
        Prediction("semantic search alone loses 1 to 3", "semantic_only", "whole", -3, -1),
        Prediction("reciprocal ranks stay within 1", "reciprocal_ranks", "whole", -1, 1),
        Prediction("24 passages stay within 1", "k_24", "whole", -1, 1),
        Prediction("4 passages lose at least 2", "k_4", "whole", high=-2),
        Prediction("a judge gains at least 2", "judged", "whole", low=2),
        Prediction("being given the company gains at least 2", "company_given", "whole", low=2),
    ),
    arms={
        "whole": Arm(),
        "lexical_only": Arm({"without": ["semantic search"]}),
        "semantic_only": Arm({"without": ["lexical search"]}),
        "reciprocal_ranks": Arm({"without": ["convex fusion"]}),
        "nothing_understood": Arm({"without": ["companies of the question", "periods and form of the question"]}),
        "judged": Arm({"judged": True}),
        "k_4": Arm({"k": 4}),
        "k_24": Arm({"k": 24}),
        "company_given": Arm({"given": "company"}),
    },
)
