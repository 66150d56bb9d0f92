"""Answers worked out from one table and the text around it: an operator, its operands, and the scale.

`context` is what is read, `candidates` and `prose` list the derivations that it admits, `features` says how each fits,
`model` which is likeliest, `scale` in what the result is written, and `answering` puts them together.
"""
