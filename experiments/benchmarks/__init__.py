"""Measurements of parts of the system; each module is a command."""
