"""The research log: goals that can be measured, dated entries, and the check that each rests on what exists."""
