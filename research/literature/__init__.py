"""The literature: one record a work, a review that rests on them, and the check that it does."""
