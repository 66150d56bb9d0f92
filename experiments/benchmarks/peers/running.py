"""One run: every system is filled and asked in alternation, each in its own process, so that drift hits all alike."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from experiments.benchmarks.peers import finance_qa
from experiments.benchmarks.peers.corpora import Corpus
from experiments.benchmarks.peers.models import export
from experiments.benchmarks.peers.system import OURS, missing, module, versions
from experiments.benchmarks.peers.worker import Reply, Worker
from experiments.study.provenance import surroundings
from qa.data.squad_form import Example
from qa.metrics.normalise import exact_match, token_f1
from retrieval.files import write_atomically

_FILES = 5  # that a system reads at its turn
_QUESTIONS = 10  # that it is asked at its turn
_WARM_UP = "What is it about?"  # asked first, neither timed nor scored

Record = dict[str, Any]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is made with.

    Attributes:
        systems: names of `experiments.benchmarks.peers.system.SYSTEMS`, ours among them.
        ks: passages read a question, each a round of its own.
        cold_starts: processes started anew to time the first answer.
    """

    systems: tuple[str, ...]
    ks: tuple[int, ...]
    cold_starts: int


def run(
    corpora: Sequence[Callable[[], Corpus]], settings: Settings, work: Path, out: Path, *, say: Callable[[str], None]
) -> Record:
    """Measures every system on every corpus; what it returns stands in `out` too, written after each corpus.

    Systems whose packages are not installed are left out, with the reason. A corpus that stands in `out` is not
    measured again.

    Raises:
        ValueError: `out` is of a run with other settings, code or models.
    """
    skipped = {name: reason for name in settings.systems if (reason := missing(name)) is not None}
    names = [name for name in settings.systems if name not in skipped]
    result: Record = {
        "settings": json.loads(json.dumps(asdict(settings))),
        "surroundings": surroundings() | {"threads": os.environ.get("OMP_NUM_THREADS", "as many as cores")},
        "turns": {"files": _FILES, "questions": _QUESTIONS},
        "models": export(work / "models"),
        "systems": {n: {"title": module(n).TITLE, "notes": module(n).NOTES, "versions": versions(n)} for n in names},
        "skipped": skipped,
        "corpora": [],
    }
    if out.is_file():
        before = json.loads(out.read_text())
        differing = [key for key in result if key != "corpora" and before.get(key) != result[key]]
        if differing:
            raise ValueError(f"{out} is of a run with other {' and '.join(differing)}; give another --out")
        result["corpora"] = before["corpora"]
    done = {record["name"] for record in result["corpora"]}
    for make in corpora:
        corpus = make()
        if corpus.name not in done:
            result["corpora"].append(_measured(corpus, names, settings, work, say))
            write_atomically(out, json.dumps(result, indent=1))
    return result


def _measured(
    corpus: Corpus, names: Sequence[str], settings: Settings, work: Path, say: Callable[[str], None]
) -> Record:
    """Everything about one corpus."""
    started = time.perf_counter()
    folder = work / corpus.name
    record: Record = {
        "name": corpus.name,
        "digests": corpus.digests(),
        "files": len(corpus.files),
        "questions": [{"id": example.id, "group": example.group} for example in corpus.examples],
        "ingest": _filled(corpus, names, work, folder, say),
    }
    record["pages"] = finance_qa.pages(folder / OURS)
    record["encoder"] = finance_qa.arithmetic(folder / OURS)
    record["cold_seconds"] = _cold(corpus, names, settings, work, folder, say)
    record["asked"] = [{"k": k, "systems": _asked(corpus, names, work, folder, k, say)} for k in settings.ks]
    record["seconds"] = time.perf_counter() - started
    return record


def _filled(corpus: Corpus, names: Sequence[str], work: Path, folder: Path, say: Callable[[str], None]) -> Record:
    """Seconds, passages, memory and bytes of every system's index."""
    seconds = dict.fromkeys(names, 0.0)
    found: Record = {}
    with ExitStack() as stack:
        workers = {}
        for name in names:
            if (folder / name).exists():
                raise ValueError(f"{folder / name} is of a run that was stopped; delete it or give another --work")
            workers[name] = stack.enter_context(
                Worker(name, "Ingest", folder / name, work / "models", log=folder / f"{name}-ingest.log")
            )
        for number, files in _turns(corpus.files, _FILES):
            for name in _rotated(names, number):
                reply = workers[name].call("add", [str(file) for file in files])
                seconds[name] += reply.seconds
                say(f"{corpus.name}: {name} read {len(files)} files in {reply.seconds:.1f} s")
        for name in names:
            reply = workers[name].call("finish")
            found[name] = {
                "seconds": seconds[name] + reply.seconds,
                "passages": reply.value,
                "peak_megabytes": reply.peak_megabytes,
                "index_megabytes": _megabytes(folder / name),
            }
    return found


def _cold(
    corpus: Corpus, names: Sequence[str], settings: Settings, work: Path, folder: Path, say: Callable[[str], None]
) -> dict[str, list[float]]:
    """Seconds from the start of a process to its first answer, for each start."""
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number in range(settings.cold_starts):
        for name in _rotated(names, number):
            started = time.perf_counter()
            with _asking(name, work, folder, settings.ks[0]) as worker:
                worker.call("ask", corpus.examples[0].question)
                taken[name].append(time.perf_counter() - started)
            say(f"{corpus.name}: {name} answered {taken[name][-1]:.1f} s after its start")
    return taken


def _asked(
    corpus: Corpus, names: Sequence[str], work: Path, folder: Path, k: int, say: Callable[[str], None]
) -> Record:
    """Each question's seconds and scores, and the memory, of every system reading k passages."""
    found: Record = {n: {"seconds": [], "exact": [], "f1": [], "not_found": 0, "raised": {}} for n in names}
    with ExitStack() as stack:
        workers = {name: stack.enter_context(_asking(name, work, folder, k)) for name in names}
        for name in names:
            workers[name].call("ask", _WARM_UP)
        for number, examples in _turns(corpus.examples, _QUESTIONS):
            for name in _rotated(names, number):
                for example in examples:
                    _note(found[name], example, workers[name].call("ask", example.question))
            say(f"{corpus.name}, k = {k}: {len(found[OURS]['seconds'])} of {len(corpus.examples)} questions")
    return found


def _note(entry: Record, example: Example, reply: Reply) -> None:
    """Adds one answer to a system's record."""
    text = reply.value or ""
    entry["seconds"].append(reply.seconds)
    entry["exact"].append(max(exact_match(text, gold) for gold in example.answers) if text else 0.0)
    entry["f1"].append(max(token_f1(text, gold) for gold in example.answers) if text else 0.0)
    entry["peak_megabytes"] = reply.peak_megabytes
    if reply.error is not None:
        entry["raised"][reply.error] = entry["raised"].get(reply.error, 0) + 1
    elif not text:
        entry["not_found"] += 1


def _asking(name: str, work: Path, folder: Path, k: int) -> Worker:
    return Worker(name, "Ask", folder / name, work / "models", k, log=folder / f"{name}-ask.log")


def _turns(items: Sequence[_Item], size: int) -> Iterator[tuple[int, Sequence[_Item]]]:
    """The items in portions, numbered."""
    return enumerate(items[i : i + size] for i in range(0, len(items), size))


def _rotated(names: Sequence[str], number: int) -> list[str]:
    """The names, another one first each time."""
    first = number % len(names)
    return [*names[first:], *names[:first]]


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
