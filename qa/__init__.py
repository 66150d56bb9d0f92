"""Questions, readers, numbers and answers over an index of filings."""
