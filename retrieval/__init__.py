"""Documents, passages, index and search. Knows nothing of question answering."""
