"""The sample filings in an index, made once for all tests; tests that need the data sets."""

import pytest

from retrieval.data_folder import data_folder
from retrieval.index.index import Index
from retrieval.ingest import ingest
from retrieval.samples import sample_folder


def pytest_runtest_setup(item):
    """Tests marked `data` skip where there are no data sets."""
    if item.get_closest_marker("data") and not data_folder().is_dir():
        pytest.skip(f"no data sets in {data_folder()}")


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory):
    """Folder of an index of the four sample filings."""
    folder = tmp_path_factory.mktemp("samples") / "index"
    with Index.create(folder) as index:
        report = ingest(index, [sample_folder()])
    assert (report.added, report.skipped) == (4, [])
    return folder


@pytest.fixture(scope="session")
def system(sample_index):
    """The whole system over the sample filings, with the shipped reader."""
    from qa.answering import FinanceQA

    with FinanceQA.open(sample_index) as opened:
        yield opened


@pytest.fixture
def milvus_server(tmp_path):
    """A Milvus server that starts, which clients wait for."""
    from tests.milvus_server import Server

    running = Server(tmp_path / "server")
    running.start()
    yield running
    running.kill()
