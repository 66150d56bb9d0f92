"""Bar: at least forty hostile or broken files, each with its one line; the rest goes on."""

import os
import time

import pytest

from retrieval.index.index import Index
from retrieval.ingest import ingest
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded, PassingError, Skipped
from retrieval.loading.sandbox import Sandbox
from tests.fakes import HashEmbedder
from tests.hostile import SIDECARS, TEXT, cases, pdf

CASES = list(cases())


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """All files loaded in one go, as a folder of them would be."""
    folder = tmp_path_factory.mktemp("hostile")
    for case in CASES:
        (folder / case.name).write_bytes(case.data)
    for name, note in SIDECARS.items():
        (folder / f"{name}.meta.toml").write_text(note)
    (folder / "zz_good.txt").write_bytes(TEXT)
    found = {}
    for outcome in load_documents([folder]):
        name = (
            outcome.file.path.name
            if outcome.file
            else outcome.source.rsplit("/", 1)[-1].encode().decode("unicode_escape")
        )
        found[name] = outcome
    return found


def test_there_are_enough():
    assert len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.encode("unicode_escape").decode())
def test_outcome(outcomes, case):
    outcome = outcomes[case.name]
    if case.reason is None:
        assert isinstance(outcome, Loaded), str(outcome)
        assert any(page.text for page in outcome.document.pages)
    else:
        assert isinstance(outcome, Skipped)
        assert case.reason in outcome.reason
        assert "\n" not in str(outcome) and len(str(outcome)) < 400


def test_the_rest_goes_on(outcomes):
    assert isinstance(outcomes["zz_good.txt"], Loaded)


def test_what_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "self").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "empty").mkdir()
    found = list(load_documents([tmp_path, tmp_path / "absent.pdf", "/dev/zero"]))
    assert [str(o).split(": ", 1)[1] for o in found] == [
        "does not exist",
        "not a plain file",
        "does not exist",
        "not a plain file",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / "a.txt").chmod(0)
    assert "permission denied" in str(next(load_documents([tmp_path])))


def test_a_folder_that_may_not_be_read_is_told_and_the_rest_goes_on(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "open.txt").write_bytes(TEXT)
    scandir = os.scandir

    def forbidding(path):
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidding)
    first, second = load_documents([tmp_path])
    assert isinstance(first, Loaded)
    assert str(second) == f"skipped {tmp_path / 'closed'}: a folder that may not be read"


def test_a_parser_that_was_killed_while_idle_is_started_again(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    sandbox = Sandbox()
    for _ in range(2):
        sandbox.submit(tmp_path / "a.txt", ())
        assert sandbox.result().pages
        sandbox._process.kill()
        sandbox._process.wait()
    sandbox.close()


def test_a_parser_that_hangs_is_ended_and_the_next_file_is_read(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"word " * 1_500_000)
    (tmp_path / "b.txt").write_bytes(TEXT)
    sandbox = Sandbox(time_limit=0.001)
    started = time.monotonic()
    first = next(load_documents([tmp_path / "a.txt"], sandbox=sandbox))
    assert "took longer than" in str(first)
    assert isinstance(first, Skipped) and first.file is None  # so that it is tried again
    assert time.monotonic() - started < 20
    assert isinstance(next(load_documents([tmp_path / "b.txt"])), Loaded)


def test_a_parser_that_needs_too_much_memory_is_stopped(tmp_path):
    (tmp_path / "a.html").write_bytes(b"<html><body>" + b"<p>word</p>" * 6_000_000)
    outcome = next(load_documents([tmp_path], sandbox=Sandbox(memory_limit=900_000_000)))
    assert isinstance(outcome, Skipped)
    assert "memory" in outcome.reason or "crashed" in outcome.reason
    assert outcome.file is None


@pytest.mark.parametrize(
    ("fault", "reason", "passing"),
    [
        ("import os; os.kill(os.getpid(), 9)", "the parser crashed on it", True),
        ("raise MemoryError", "needs more than 4 GB of memory", True),
        ("raise ImportError('libpdfium')", "cannot be parsed (ImportError: libpdfium)", True),
        ("raise OSError(24, 'Too many open files')", "Too many open files", True),
        ("raise KeyError('Pages')", "cannot be parsed (KeyError: 'Pages')", False),
    ],
)
def test_a_fault_that_may_pass_takes_no_document_away(fault, reason, passing, tmp_path, monkeypatch):
    (tmp_path / "a.pdf").write_bytes(pdf("Revenue was up."))
    with Index.create(tmp_path / "index", embedder=HashEmbedder()) as index:
        assert ingest(index, [tmp_path / "a.pdf"]).added == 1
        (tmp_path / "a.pdf").write_bytes(pdf("Revenue was down."))
        with monkeypatch.context() as broken:
            (tmp_path / "broken").mkdir()
            (tmp_path / "broken" / "pypdfium2.py").write_text(fault)
            broken.syspath_prepend(tmp_path / "broken")  # for the parser's process too
            (skipped,) = ingest(index, [tmp_path / "a.pdf"]).skipped
        assert reason in skipped.reason and len(index.documents()) == passing
        assert ingest(index, [tmp_path / "a.pdf"]).added == passing


def test_a_file_that_is_gone_when_it_is_read_may_be_back_another_time(tmp_path):
    sandbox = Sandbox()
    sandbox.submit(tmp_path / "absent.txt", ())
    with pytest.raises(PassingError, match="does not exist"):
        sandbox.result()
    sandbox.close()
