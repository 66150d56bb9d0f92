"""Fine-tuning a reader: the recipe, the data as batches, two ways to fit that give the same result, and the run."""
