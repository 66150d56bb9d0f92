"""Study 6: words and numbers in the tokenizer.

Question: does a reader of filings gain from a tokenizer that treats numbers otherwise or that knows the words of
filings, or does any change cost more than it brings once the model is trained?

Hypothesis: the reader points at numbers and does not reckon with them, so digits apart change little; slots lose the
digits by which a question's year is found; words of filings help little while 1,000 examples must teach their
embeddings, and a new vocabulary breaks the model unless its embeddings are carried over.

Prediction: digits and words within 1 point of F1 of WordPiece; slots at least 1 point below it; the vocabulary trained on
filings at least 15 points below it with embeddings left where they were, and at most 3 below it with embeddings
carried over.

Primary metric: token F1 against the silver span on financial_qa_10k, companies unseen in training. Tokens a word and
tokens a number on the same contexts are facts of each run.

Smallest effect: 1 point of F1.

Decision rule: three seeds an arm. An arm is better or worse than WordPiece if the 95% interval over seeds and companies
excludes zero after Holm's correction over the five trained arms. What a tokenizer breaks before training repairs it,
the arms that end in _start, is one run each, compared with WordPiece's own start and exploratory.

Cost: 18 runs of 5 to 7 minutes on one core, and 6 of 2 that only read: an hour on two cores.

Command: financeqa study run tokenizers --size cpu
"""

from experiments.study.defaults import FINANCE, SMOKE
from experiments.study.study import Arm, Prediction, Study
from experiments.study.tokenization import CHANGES, measure

BASELINE = "wordpiece"

STUDY = Study(
    name="tokenizers",
    text=__doc__,
    primary="financial_qa_10k.f1",
    smallest=1.0,
    baseline=BASELINE,
    default={**FINANCE, "texts": "filings_items", "texts_read": 2000},
    smoke={**SMOKE, "texts": "generated", "texts_read": 5},
    seeds={"smoke": 1, "cpu": 3, "full": 5},
    measure=measure,
    confirmatory=tuple(name for name in CHANGES if name != BASELINE),
    predictions=(
        Prediction("digits apart within 1 point of WordPiece", "digits", "wordpiece", -1, 1),
        Prediction("words of filings within 1 point of it", "words", "wordpiece", -1, 1),
        Prediction("slots at least 1 point below it", "slots", "wordpiece", high=-1),
        Prediction("a new vocabulary without its embeddings at least 15 below", "filings_naive", "wordpiece", high=-15),
        Prediction("with embeddings carried over at most 3 below", "filings", "wordpiece", low=-3),
    ),
    arms={
        **{name: Arm({"tokenizer": name}) for name in CHANGES},
        **{
            f"{name}_start": Arm(
                {"tokenizer": name, "fit": "none"}, seeds={"smoke": 0, "cpu": 1, "full": 1}, against=f"{BASELINE}_start"
            )
            for name in CHANGES
        },
    },
)
