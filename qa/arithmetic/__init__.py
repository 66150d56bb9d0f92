"""Answers that are worked out: a question becomes an expression over figures, each figure is looked up, then computed.

`expression` is the little language in which questions and formulas say how ("net income / average total assets"),
`plan` reads a question into it, `compute` works it out; `qa.worked_out` puts them together.
"""
