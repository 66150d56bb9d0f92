"""The running text of filings, for pretraining and tokenizers."""

import random
from collections.abc import Iterator

from qa.data.generated import generated_texts
from retrieval.data_folder import data_file, read_records

_SHORTEST = 400  # characters of an item that is worth reading: "Not applicable." is not


def filing_texts(name: str, *, seed: int) -> Iterator[str]:
    """The texts of a collection: `filings_items`, the items of 10-K reports in an order drawn by the seed, or
    `generated`, which has no end.

    Raises:
        ValueError: there is no such collection.
        retrieval.data_folder.MissingDataError: its file is not on this machine.
    """
    if name == "generated":
        yield from generated_texts(seed)
        return
    if name != "filings_items":
        raise ValueError(f"no texts called {name!r}; there are filings_items and generated")
    records = list(read_records(data_file(name, "filings")))
    items = [text for record in records for key, text in record.items() if key.startswith("item_")]
    random.Random(seed).shuffle(items)
    yield from (text for text in items if len(text) >= _SHORTEST)
