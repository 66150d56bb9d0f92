"""Fine-tuning techniques, one a file, behind one interface (`technique.Technique`)."""
