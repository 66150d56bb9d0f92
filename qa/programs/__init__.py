"""FinQA's programs over given facts: the numbers in the facts, the programs that they admit, and what chooses one."""
