from experiments.study.study import Arm

HYPOTHESIS = "It is no difference found, because a tiny reader learns nothing of sixteen examples, frozen or not."
PREDICTION = "no difference found"

TEXT = """Do frozen embeddings cost anything?

Question: does a reader with frozen embeddings learn as much from 1,000 finance questions?

Hypothesis: yes, since the words of filings are words of the encoder.

Prediction: within 1 point of F1 of full fine-tuning.

Primary metric: token F1 against the silver span on financial_qa_10k, companies unseen in training.

Smallest effect: 1 point of F1.

Decision rule: worse if the 95% interval over seeds and companies excludes zero.

Cost: ten runs of 10 minutes on one core.

Command: financeqa exercise 13
"""


def arms():
    return {"full": Arm(), "freeze": Arm({"technique": [{"name": "freeze"}]})}
