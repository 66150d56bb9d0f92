"""Other tokenizers for a trained reader: made from its own, with embeddings for the tokens that are new."""
