"""Scores: how answers compare with the accepted ones."""
