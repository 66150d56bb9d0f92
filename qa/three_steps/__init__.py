"""What a pipeline hides: a text is tokenised, a model runs, and its numbers are made an answer."""
