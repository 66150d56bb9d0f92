"""What most studies share: the finance setting of few examples, and what smoke size makes of it."""

from __future__ import annotations

from typing import Any

# 16 of the 42 companies of financial_qa_10k, drawn once by seed; no study trains on them
FINANCE_TEST = [
    "ABBV", "AMD", "AVGO", "CAT", "CMCSA", "CVX", "DVA", "EBAY", "ENPH", "GILD", "HPE", "KR", "META", "PTON", "SBUX",
    "TSLA",
]  # fmt: skip
FINANCE: dict[str, Any] = {
    "model": "general-qa-reader",  # which runs before November 26, 2026 call finance-qa-reader: it was the shipped one
    "mixture": [{"dataset": "financial_qa_10k", "split": "train", "limit": 1000}],
    "source": [{"dataset": "squad", "split": "train", "limit": 1000}],
    "held_out": FINANCE_TEST,
    "technique": [],
    "batch_size": 16,
    "epochs": 3,
    "learning_rate": 1e-4,
    "warmup": 0.1,
    "attention_dropout": 0.0,
    "evaluate": [
        {"dataset": "financial_qa_10k", "split": "train", "held_out": True, "each": 40},
        {"dataset": "squad", "split": "dev_v1", "limit": 400},
    ],
}
# trained first, a reader of general text that has seen no filing: the packaged ones know too much of tables already
SQUAD_START: dict[str, Any] = {
    "model": "all-MiniLM-L6-v2",
    "mixture": [{"dataset": "squad", "split": "train", "limit": 5000, "unanswerable": 0.2}],
    "learning_rate": 2e-4,
    "epochs": 2,
    "seed": 1,
}
SMOKE: dict[str, Any] = {
    "model": "tiny",
    "mixture": [{"dataset": "generated", "split": "train", "limit": 16}],
    "source": [{"dataset": "generated", "split": "dev", "limit": 16}],
    "held_out": ["Aldermoor", "Brackwater"],
    "epochs": 1,
    "evaluate": [{"dataset": "generated", "split": "train", "held_out": True, "each": 4}],
}
