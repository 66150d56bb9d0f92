"""The studies, one script each."""
