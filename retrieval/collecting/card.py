"""The card of a collection: what is in it, where it came from, how to use it."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.collecting.listing import Listing
from retrieval.collecting.table import COLUMNS, CollectedFiling


def card(listing: Listing, collected: Sequence[CollectedFiling], table: str, filings: str) -> str:
    """The card in Markdown, with the front matter by which `datasets.load_dataset` finds the table.

    Args:
        listing: the filings.
        collected: what was read of each.
        table: path of the Parquet file.
        filings: path of the folder of documents.
    """
    from huggingface_hub import DatasetCardData

    company, request = listing.company, listing.request
    years = f"{request.first_year} to {request.last_year}"
    title = f"{company.name}: {request.form} filings, {years}"
    data = DatasetCardData(
        pretty_name=title,
        language="en",
        license="other",
        task_categories=["question-answering"],
        tags=["finance", "sec", "edgar"],
        configs=[{"config_name": "default", "data_files": table}],
    )
    columns = "\n".join(f"| `{name}` | {what} |" for name, what in COLUMNS.items())
    lines = "\n".join(_line(each) for each in collected)
    return f"""---
{data.to_yaml()}
---

# {title}

{len(collected)} filings of {company.name} (CIK {company.cik}) from SEC's EDGAR, amendments among them: the main document
of each as it was filed, and its text as a table. Made by

```
financeqa collect {request}
```

## Use

```python
from datasets import load_dataset

filings = load_dataset("FOLDER", split="train")
```

`financeqa ingest --index INDEX FOLDER/{filings}` makes the documents answer questions; whose they are and for when
lies beside each. In FOLDER, `sha256sum --check .collect/SHA256SUMS` tells whether all are as they were fetched.

## Filings

| form | fiscal year | period's end | filed | pages | characters | file |
| --- | --- | --- | --- | --- | --- | --- |
{lines}

## Columns

| column | what it is |
| --- | --- |
{columns}

## Limits

- Years are those in which periods end; one that ends before February 6 counts to the year before.
- The main documents only: no exhibits, so no annual report that a filing merely refers to.
- What EDGAR listed when the collection was begun. Without `.collect/listing.json` the command asks it again.
- The texts are their filers'; mind their rights before publishing them.
"""


def _line(collected: CollectedFiling) -> str:
    filing, identity, pages = collected.filing, collected.identity, collected.pages
    year = (identity.fiscal_year if identity else None) or ""
    read = f"{len(pages)} | {sum(map(len, pages)):,}" if identity else "not readable |"
    return (
        f"| {filing.form} | {year} | {filing.period_end or ''} | {filing.filed} | {read} | "
        f"[{collected.file}]({collected.address}) |"
    )
