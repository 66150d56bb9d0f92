"""The literature on the command line."""
