"""The inventions: a page each, stated before its experiment runs, and the check that each verdict rests on a run."""
