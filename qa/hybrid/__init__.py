"""Answers worked out from one table and the text around it: an operator, its operands, and the scale.

`context` is what is read, `candidates` lists the derivations that it admits, `operators` and `operands` say how
likely each is, `scale` says in what the result is written, and `answering` puts them together.
"""
