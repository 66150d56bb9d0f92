"""The load on the service: what it counts, what it calls met, and a short run of it."""

import json

import pytest

from experiments.benchmarks import held_load
from experiments.benchmarks.held_load_clients import Sent, filing
from experiments.benchmarks.held_load_report import bars, figures, lines, main

CALM = [(float(at), 500.0) for at in range(121)]
GOOD = [Sent("ask", float(i), 0.5, "200") for i in range(99)] + [
    Sent("page", 1.0, 0.1, "200"),
    Sent("ask", 1.0, 0.0, "503"),
]


def result(sent=GOOD, memory=CALM, **ingest):
    return {
        **{"clients": 32, "seconds": 120.0, "workers": 1, "environment": {"cores": 2}, "index_problems": []},
        **figures(sent, memory, 120.0),
        "ingest": {"documents": 3, "passages": 90, "busy": 1.0, "failed": [], "not_held": [], **ingest},
    }


def missed(found):
    return [bar for bar, met in bars(found).items() if not met]


def test_a_calm_service_meets_all_bars():
    found = result()
    assert missed(found) == [] and (found["accepted"], found["refused"], found["errors"]) == (100, 1, {})
    assert (
        found["latency"]["ask"] == {"p50": 0.5, "p95": 0.5, "most": 0.5, "n": 99} and found["latency"]["search"] is None
    )


@pytest.mark.parametrize("ended", ["500", "504", "503 without Retry-After", "ConnectionResetError"])
def test_every_error_but_a_refusal_misses_the_bar(ended):
    found = result([*GOOD, Sent("ask", 1.0, 0.1, ended)])
    assert missed(found) == ["no error but 503 with Retry-After"] and found["errors"] == {ended: 1}


def test_slow_answers_miss_the_bar():
    assert missed(result([*GOOD, *[Sent("ask", 1.0, 6.0, "200")] * 10])) == ["p95 of each kind under 5 s"]
    assert missed(result([Sent("ask", 1.0, 0.0, "503")])) == ["p95 of each kind under 5 s"]


def test_without_an_ingest_the_load_proves_nothing():
    assert missed(result(busy=0.5)) == ["an ingest goes on 95% of the time"]


def test_memory_that_grows_misses_the_bar():
    growing = [(at, 500.0 + at) for at, _ in CALM]
    assert missed(result(memory=growing)) == ["memory at the end within 5% of that half way"]
    early = [(at, min(500.0, 300 + 10 * at)) for at, _ in CALM]
    assert missed(result(memory=early)) == []


@pytest.mark.parametrize("ingest", [{"failed": ["x"]}, {"not_held": ["x"]}, {"documents": 0}])
def test_a_lost_filing_misses_the_bar(ingest):
    assert missed(result(**ingest)) == ["all that was uploaded is held whole"]


def test_the_report_is_made_of_the_figures(tmp_path):
    found = result()
    (tmp_path / "figures.json").write_text(json.dumps(found))
    main(tmp_path / "figures.json", tmp_path / "held-load.md")
    text = (tmp_path / "held-load.md").read_text()
    assert all(line in text for line in lines(found)) and "32 clients" in text and "cores 2" in text


def test_uploaded_filings_differ():
    assert filing(1) == filing(1) != filing(2)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_short_load_breaks_nothing(tmp_path):
    found = held_load.run(tmp_path, clients=32, seconds=20.0, workers=1)
    assert found["errors"] == {} and found["accepted"] > 20 and found["ingest"]["documents"] > 0
    assert "all that was uploaded is held whole" not in missed(found)
    assert found["memory"]["most"] < 3_000 and len(found["memory"]["samples"]) > 10
