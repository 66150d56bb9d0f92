"""The index: SQLite as the truth, FAISS and tantivy derived from it."""
