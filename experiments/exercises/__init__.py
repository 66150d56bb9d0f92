"""Fifteen exercises, from small to large: a hypothesis to state first, a script to begin with, and a check."""
