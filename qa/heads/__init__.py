"""Heads that choose among possible answers: named features and the wording of the question in, probabilities out."""
