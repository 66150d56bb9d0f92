"""What takes minutes: run by `make check`."""

import random

import pytest

from retrieval.data_folder import data_folder
from retrieval.document import Table
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded, Skipped
from retrieval.samples import sample_folder

pytestmark = pytest.mark.slow
MUTANTS = 300


@pytest.mark.timeout(1200)
def test_spoiled_filings_are_read_or_skipped_in_one_line(tmp_path):
    rng = random.Random(11)
    originals = sorted(sample_folder().iterdir())
    for number in range(MUTANTS):
        original = rng.choice(originals)
        data = bytearray(original.read_bytes())
        for _ in range(rng.choice([1, 10, 200])):
            place = rng.randrange(max(1, len(data)))
            data[place : place + rng.choice([0, 1, 5, 500])] = rng.randbytes(rng.choice([0, 1, 3]))
        (tmp_path / f"{number:03}{original.suffix}").write_bytes(bytes(data))
    outcomes = list(load_documents([tmp_path]))
    assert len(outcomes) == MUTANTS
    for outcome in outcomes:
        if isinstance(outcome, Skipped):
            assert outcome.reason and "\n" not in outcome.reason
            continue
        for page in outcome.document.pages:
            for block in page.blocks:
                for cell in block.cells if isinstance(block, Table) else ():
                    assert page.text[cell.start : cell.end] == cell.text


@pytest.mark.data
@pytest.mark.timeout(600)
def test_the_tables_of_tagged_filings_hold_what_the_tags_say():
    from experiments.benchmarks.table_check import check_filings

    folder = data_folder() / "filings_html"
    if not folder.is_dir():
        pytest.skip(f"the tagged filings are not in {folder}")
    rates = check_filings(sorted(folder.rglob("*.html.gz"))).rates
    assert rates["single_magnitude"].percent >= 99.5
    assert rates["multiple_magnitude"].percent >= 97
    assert rates["headers"].percent >= 98


@pytest.mark.data
@pytest.mark.timeout(1200)
def test_every_pdf_at_hand_is_read():
    folder = data_folder() / "financebench" / "pdfs"
    if not folder.is_dir():
        pytest.skip(f"no PDFs in {folder}")
    for outcome in load_documents([folder]):
        assert isinstance(outcome, Loaded), str(outcome)
        for page in outcome.document.pages:
            assert all(page.text[word.start : word.end] for word in page.words)
