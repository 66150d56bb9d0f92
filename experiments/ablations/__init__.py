"""What each part is worth: the system with one part taken out, against the whole."""
