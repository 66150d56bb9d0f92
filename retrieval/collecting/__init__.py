"""Filings of a company from SEC's EDGAR, as a folder to ingest and as a data set."""
