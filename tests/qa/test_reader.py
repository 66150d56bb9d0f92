"""The reader against a slow, plain decoding, on six architectures."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer

from qa.bundled_tokenizer import BundledTokenizer
from qa.decoding import Candidate, _token_f1s, agreed
from qa.features import encode_windows
from qa.metrics.normalise import token_f1
from qa.reader import GENERAL, SHIPPED, Reader
from retrieval.bundled import BUNDLED, ModelError, resolve_model

LONG = " ".join(
    f"In {1990 + i} revenue was ${i},{i:03}.{i % 10} million, costs were ({i}) and don't ask." for i in range(30)
)
CONTEXTS = [
    "Revenue rose by 5% to $1,234.5 million.",
    "",
    LONG,
    "  Müller makes lamps in Köln. 🙂 收入 增长",
    "e\u0301 cafe\u0301 stores 187",
]
QUESTIONS = ["What was the revenue in 2022?", "How many stores?", "why " * 200, "🙂?", "What"]


def reference(model, tokenizer, question, context, *, max_length=96, stride=24, longest=12):
    """Best (score, start, end) and null score, by looping over every window, start and end."""
    limit = 64
    tokens = tokenizer(question, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    if len(tokens) > limit:
        question = question[: tokens[limit - 1][1]]
    encoded = tokenizer(
        question, context, truncation="only_second", max_length=max_length, stride=stride,
        return_overflowing_tokens=True, return_offsets_mapping=True,
    )  # fmt: skip
    best, null = {}, math.inf
    for window in range(len(encoded["input_ids"])):
        inputs = {k: torch.tensor([encoded[k][window]]) for k in tokenizer.model_input_names if k in encoded}
        with torch.no_grad():
            output = model(**inputs)
        start_logits, end_logits = output.start_logits[0].tolist(), output.end_logits[0].tolist()
        cls = encoded["input_ids"][window].index(tokenizer.cls_token_id)
        null = min(null, start_logits[cls] + end_logits[cls])
        sequence, offsets = encoded.sequence_ids(window), encoded["offset_mapping"][window]
        usable = [i for i in range(len(offsets)) if sequence[i] == 1 and context[slice(*offsets[i])].strip()]
        for place, i in enumerate(usable):
            for j in usable[place : place + longest]:
                start, end = offsets[i][0], offsets[j][1]
                while context[start].isspace():
                    start += 1
                score = start_logits[i] + end_logits[j]
                if score > best.get((start, end), -math.inf):
                    best[start, end] = score
    return best, null


def reader_of(architecture):
    model, tokenizer = architecture
    return Reader(model, tokenizer, max_length=96, stride=24, max_answer_tokens=12, batch_size=3)


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_reading_equals_the_plain_decoding(architecture, question):
    reader = reader_of(architecture)
    expected = [reference(*architecture, question, context) for context in CONTEXTS]
    spans = reader.read(question, CONTEXTS, top_k=10**6)
    assert len({(s.context, s.start, s.end) for s in spans}) == len(spans)
    for span in spans:
        best, null = expected[span.context]
        assert span.text == CONTEXTS[span.context][span.start : span.end]
        assert span.text and not span.text[0].isspace()
        assert span.score == pytest.approx(best[span.start, span.end], abs=1e-3)
        assert span.null_score == pytest.approx(null, abs=1e-3)
    for number, (best, _) in enumerate(expected):
        found = [s.score for s in spans if s.context == number]
        top = sorted(best.values(), reverse=True)[: len(found)]
        assert sorted(found, reverse=True) == pytest.approx(top, abs=1e-3)
        assert len(found) == len(best)
    for given in (True, False):
        margins = [span.margin for span in spans if span.agreed is given]
        assert margins == sorted(margins, reverse=True)
    assert sorted(s.context for s in spans if s.agreed) == [n for n, (best, _) in enumerate(expected) if best]
    assert all(s.agreed for s in spans[: sum(s.agreed for s in spans)])


def test_one_softmax_over_all_windows_and_passages_with_the_null(bert):
    reader = reader_of(bert)
    spans = reader.read("What was the revenue?", CONTEXTS, top_k=10**6)
    null = min(reference(*bert, "What was the revenue?", context)[1] for context in CONTEXTS)
    weights = [math.exp(s.score) for s in spans]
    total = sum(weights) + math.exp(null)
    for span, weight in zip(spans, weights, strict=True):
        assert span.probability == pytest.approx(weight / total, rel=1e-2)


def test_only_allowed_places_are_answered(bert):
    text = "Net sales: 2022 $ 1,234; 2021 $ 1,100"
    places = [(text.index("$ 1,234"), text.index(";")), (text.index("$ 1,100"), len(text))]
    spans = reader_of(bert).read("What were net sales?", [text, LONG], allowed=[places, []])
    assert {(s.context, s.text) for s in spans} == {(0, "$ 1,234"), (0, "$ 1,100")}


def test_reading_many_gives_what_reading_each_gives(architecture):
    reader = reader_of(architecture)
    together = reader.read_each(["What was the revenue?"] * len(CONTEXTS), CONTEXTS)
    for context, span in zip(CONTEXTS, together, strict=True):
        alone = next(iter(reader.read("What was the revenue?", [context])), None)
        if alone is None:
            assert span is None
        else:
            assert (span.start, span.end) == (alone.start, alone.end)
            assert span.margin == pytest.approx(alone.margin, abs=1e-3)


def test_no_contexts_and_no_text_give_no_spans(bert):
    assert reader_of(bert).read("What?", []) == []
    assert reader_of(bert).read("What?", ["", "   "]) == []


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="no reader at"):
        Reader.from_pretrained(tmp_path)


def test_an_encoder_without_a_span_head_is_refused():
    from retrieval.bundled import bundled_encoder

    with pytest.raises(ModelError, match="no trained span head"):
        Reader.from_pretrained(bundled_encoder())


def test_a_saved_checkpoint_is_read_like_the_model_it_was(bert, tmp_path):
    model, tokenizer = bert
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    loaded = Reader.from_pretrained(tmp_path)
    first = loaded.read("What was it?", [CONTEXTS[0]])[0]
    assert first.text == Reader(model, tokenizer).read("What was it?", [CONTEXTS[0]])[0].text


def test_the_shipped_reader_reads():
    spans = Reader.from_pretrained(SHIPPED).read(
        "Where is the plant?", ["The plant is in Duluth, Minnesota.", "Costs fell."]
    )
    assert spans[0].text in ("Duluth", "Duluth, Minnesota")


def test_a_folder_without_its_tokenizer_is_refused(bert, tmp_path):
    bert[0].save_pretrained(tmp_path / "bare")
    with pytest.raises(ModelError, match="has no tokenizer"):
        Reader.from_pretrained(tmp_path / "bare")


def test_quick_reading_finds_what_torch_finds():
    question = "What was the revenue in 2022?"
    for name in (SHIPPED, GENERAL):
        slow, quick = Reader.from_pretrained(name), Reader.quick(name)
        for context in (CONTEXTS[0], "Costs rose as wages did. Revenue was $187 million in 2022, after $150 million."):
            expected, found = (reader.read(question, [context])[0] for reader in (slow, quick))
            assert (found.start, found.end) == (expected.start, expected.end)
            assert found.margin == pytest.approx(expected.margin, abs=1.5)


def test_what_else_is_read_changes_no_score():
    reader = Reader.quick()
    question = "What was the revenue in 2022?"
    alone = reader.read(question, [CONTEXTS[0]], top_k=10**6)
    beside = [s for s in reader.read(question, [*CONTEXTS, LONG[:300]], top_k=10**6) if s.context == 0]
    assert [(s.text, s.score) for s in alone] == [(s.text, s.score) for s in beside]


def test_a_reader_of_ones_own_is_quick_to_open_too(bert, tmp_path):
    model, tokenizer = bert
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    assert Reader.quick(tmp_path).read("What was it?", [CONTEXTS[0]])
    with pytest.raises(ModelError, match="no reader at"):
        Reader.quick(tmp_path / "nothing")


def test_the_bundled_tokenizer_cuts_windows_as_transformers_one():
    hub = AutoTokenizer.from_pretrained(resolve_model(BUNDLED))
    for question in QUESTIONS:
        cut = [
            encode_windows(tokenizer, [question] * len(CONTEXTS), CONTEXTS, max_length=96, stride=24)
            for tokenizer in (hub, BundledTokenizer())
        ]
        assert cut[0] == cut[1]
    assert BundledTokenizer().model_max_length == hub.model_max_length


def test_the_span_to_give_is_the_one_that_likely_answers_agree_with():
    context = "because of lower prices for electronic parts and freight"
    places = ["because", "lower prices for electronic parts", "prices for electronic parts and freight"]
    starts = [context.index(text) for text in places]
    candidates = [
        Candidate(start, start + len(text), score, 0.0)
        for start, text, score in zip(starts, places, (5.0, 4.9, 4.8), strict=True)
    ]
    assert agreed(candidates, context) == 1  # two of three likely answers share its words
    sure = [replace(candidates[0], start_logit=9.0), *candidates[1:]]
    assert agreed(sure, context) == 0
    assert agreed(candidates[:1], context) == 0


def test_agreement_is_measured_by_token_f1():
    texts = ["the lower prices, lower costs", "Lower costs", "a", "", "prices fell. Prices fell!"]
    expected = [[token_f1(one, other) for other in texts] for one in texts]
    np.testing.assert_allclose(_token_f1s(texts), expected)
