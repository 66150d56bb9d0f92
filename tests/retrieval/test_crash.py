"""Bar: an ingest killed at any moment loses nothing that was reported and resumes to the undisturbed end."""

import os
import random
import signal
import sqlite3
import time

from retrieval.index.index import Index
from retrieval.ingest import ingest
from tests.fakes import HashEmbedder, clean_processes

FILES = 60
KILLS = 50


def _work(index, files, report):
    with _opened(index) as opened, report.open("a") as out:

        def done(_, title):
            out.write(title + "\n")
            out.flush()
            os.fsync(out.fileno())

        ingest(opened, [files], progress=done)


def _opened(folder):
    embedder = HashEmbedder()
    if (folder / "index.sqlite").exists():
        return Index.open(folder, embedder=embedder, writable=True)
    return Index.create(folder, embedder=embedder)


def _rows(folder):
    with sqlite3.connect(folder / "index.sqlite") as db:
        tables = {
            "documents": "id, title, identity, pages, passages",
            "pages": "document, number, data",
            "passages": "id, document, page, kind, header, text, segments, start, end",
            "vectors": "passage, digest, vector",
        }
        return {name: sorted(db.execute(f"SELECT {columns} FROM {name}")) for name, columns in tables.items()}


def test_an_ingest_survives_being_killed_fifty_times(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    rng = random.Random(5)
    for number in range(FILES):
        words = " ".join(rng.choice(["revenue", "cost", "plant", "debt", "lease"]) for _ in range(400))
        (files / f"filing{number:03}.txt").write_text(f"Report number{number}.\n\n{words}.\n")
    index, report = tmp_path / "index", tmp_path / "report"
    report.touch()
    context = clean_processes(__name__)
    kills = 0
    while kills < KILLS:
        worker = context.Process(target=_work, args=(index, files, report), daemon=True)
        worker.start()
        time.sleep(rng.uniform(0.05, 0.9))
        worker.kill()
        worker.join()
        kills += worker.exitcode == -signal.SIGKILL
        if not (index / "index.sqlite").exists():
            continue
        with Index.open(index, embedder=HashEmbedder(), writable=True) as opened:
            assert opened.verify() == []
            titles = {record.title for record in opened.documents()}
            reported = set(report.read_text().split())
            assert reported <= titles
            for title in rng.sample(sorted(reported), min(3, len(reported))):
                number = title.removeprefix("filing").removesuffix(".txt").lstrip("0") or "0"
                hits = opened.search(f"number{number}", k=5)
                assert any(f"number{number}." in hit.passage.text for hit in hits)
        if len(titles) == FILES and kills < KILLS:  # start over, so that every kill hits an ingest
            for leftover in sorted(index.rglob("*"), reverse=True):
                leftover.unlink() if leftover.is_file() else leftover.rmdir()
            report.write_text("")
    _work(index, files, report)
    _work(tmp_path / "undisturbed", files, tmp_path / "other")
    assert _rows(index) == _rows(tmp_path / "undisturbed")
