"""Finds gaps in results: slices of questions that do worse than the rest, or that no technique moves."""
