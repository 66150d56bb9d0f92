from copy import deepcopy

import pytest

from experiments.benchmarks.recompute import recomputes


@pytest.mark.parametrize(
    "question",
    [
        "What was Larkfield's cost of revenue in fiscal 2023?",
        "What was Larkfield's capital expenditure in fiscal 2023?",
        "What was Larkfield's gross margin in fiscal 2023 as a percentage?",
        "How many stores did Brindlevale Outfitters operate as of January 28, 2023?",
    ],
)
def test_answers_follow_from_their_citations_only_as_they_are(system, question):
    answer = system.ask(question).to_json()
    assert recomputes(system.index, answer)
    moved = deepcopy(answer)
    for citation in [*moved["citations"], *(o["citation"] for o in (moved["derivation"] or {}).get("operands", ()))]:
        citation["start"], citation["end"] = 0, 5
    assert not recomputes(system.index, moved)
    assert not recomputes(system.index, {**answer, "value": "12345"})
