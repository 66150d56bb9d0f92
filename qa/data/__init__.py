"""Data sets for training and evaluation, read into one form."""
