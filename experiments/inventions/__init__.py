"""Scripts of the experiments that `research/inventions/` describes."""
