"""The literature, the gap register, the inventions and the research log, as records."""
