"""Numbers looked up in tables: the line item that a question names chooses the row, its period the column.

`asked` reads the question, `rows` the tables, `features` compares the two, and `model` makes probabilities of
what they have in common. `training` fits its weights on questions that tagged filings label by themselves.
"""
