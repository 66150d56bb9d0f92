"""Our system beside its peers: same documents, questions and weights, one run. `python -m experiments.benchmarks.peers`."""
