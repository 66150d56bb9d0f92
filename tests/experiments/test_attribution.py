import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from experiments.attribution.account import SILENCED, account, told
from experiments.attribution.answered import answer
from experiments.attribution.attention import attention_rollout
from experiments.attribution.integrated_gradients import integrated_gradients
from experiments.attribution.picture import picture
from experiments.cli import app
from experiments.report.writing import standalone
from qa.reader import SHIPPED, Reader
from retrieval.samples import sample_folder
from tests.qa.conftest import ARCHITECTURES, build

QUESTION = "Why did gross margin fall?"
TEXT = (
    "Net sales rose 4% to $1,577 million in fiscal 2023. Gross margin fell because freight and wages cost more. "
    "The Board declared a dividend of $0.25 per share."
)


@pytest.fixture(scope="module")
def shipped():
    return Reader.from_pretrained(SHIPPED)


@pytest.fixture(scope="module")
def found(shipped):
    return account(shipped, QUESTION, ["The auditor is in Duluth.", TEXT])


def tiny(name, **options):
    return Reader(*build(name), max_length=64, stride=8, max_question_tokens=20, **options)


def test_shares_add_up_to_what_reading_changed(found):
    attribution = found.attribution
    assert attribution.score == pytest.approx(found.answered.span.score, abs=1e-3)
    assert attribution.score - attribution.baseline > 5
    assert abs(attribution.missing) < 0.01 * (attribution.score - attribution.baseline)
    assert set(attribution.tokens[np.array(found.answered.special)]) == {0.0}
    coarse = integrated_gradients(found.answered, points=1)
    assert abs(coarse.missing) > 2 * abs(attribution.missing)  # it is the integral that makes them add up


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_shares_add_up_in_every_architecture(name):
    answered = answer(tiny(name), "What rose?", ["Revenue rose by 5% to $1,234.5 million. Costs fell."])
    attribution = integrated_gradients(answered, points=256)
    assert attribution.score != pytest.approx(attribution.baseline, abs=1e-3)
    assert attribution.missing == pytest.approx(0, abs=0.05 * np.abs(attribution.tokens).sum())


def test_shares_of_a_linear_score_are_exact(found):
    """Where the score is a sum over embeddings, a token's share is its own part of it."""
    answered = found.answered
    weights = torch.randn(answered.embeddings.shape, generator=torch.Generator().manual_seed(1))

    class Linear:
        def __call__(self, inputs_embeds, **_):
            scores = (inputs_embeds * weights).sum((1, 2))[:, None].expand(-1, len(answered.tokens))
            return type("Output", (), {"start_logits": scores, "end_logits": torch.zeros_like(scores)})

    linear = replace(answered, model=Linear())
    expected = ((answered.embeddings - answered.baseline) * weights).sum(-1).numpy()
    assert integrated_gradients(linear, points=2).tokens == pytest.approx(expected, abs=1e-3)


def test_other_tokens_of_the_highest_share_carry_an_answer_more_than_those_of_the_most_attention(found):
    by_gradients, by_attention = (found.carriers(shares) for shares in (found.attribution.tokens, found.attention))
    own = range(found.answered.first, found.answered.last + 1)
    assert len(by_gradients) == len(by_attention) == SILENCED and not {*by_gradients, *by_attention} & set(own)
    scores = [found.answered.score_without(positions) for positions in (by_gradients, by_attention, ())]
    assert scores == sorted(scores) and scores[-1] - scores[0] > 5


def test_attention_is_rolled_out_over_all_layers(shipped, found):
    answered = found.answered
    assert found.attention.sum() == pytest.approx(1) and (found.attention > 0).all()
    model = shipped.model
    before = model.config._attn_implementation
    model.set_attn_implementation("eager")
    with torch.no_grad():
        layers = model(**answered.inputs, output_attentions=True).attentions
    model.set_attn_implementation(before)
    rows = torch.zeros(1, len(answered.tokens), dtype=torch.double)
    rows[0, [answered.first, answered.last]] = 0.5
    for layer in reversed(layers):  # the same from the answer's side
        rows = (rows + rows @ layer[0].double().mean(0)) / 2
    assert found.attention == pytest.approx(rows[0].numpy(), abs=1e-6)
    assert attention_rollout(answered) == pytest.approx(found.attention)
    assert model.config._attn_implementation == before


def test_the_window_with_the_answer_is_the_one_explained():
    reader = tiny("bert")
    text = " ".join(f"Revenue rose by {n}% to $1,234.5 million. Costs fell in {n} stores." for n in range(20))
    answered = answer(reader, "How many stores?", [text])
    assert len(answered.tokens) <= 64 < len(reader.tokenizer(text)["input_ids"])
    assert answered.score == pytest.approx(answered.span.score, abs=1e-3)


def test_the_picture_shows_every_token_twice_and_frames_the_answer(found):
    drawn = picture(found, "financeqa attribution ...")
    shown = re.findall(r"<text[^>]*>([^<]*)</text>", drawn.svg)
    assert all(shown.count(token) >= 2 for token in ("because", "freight", "divide", "[SEP]", "##7"))
    framed = found.answered.last - found.answered.first + 1
    assert drawn.svg.count("fill: none; stroke: var(--ink") == 2 * framed
    assert standalone(drawn).startswith("<svg xmlns") and f"{found.attribution.score:.2f}" in drawn.caption
    assert picture(found, "financeqa attribution ...").svg == drawn.svg


def test_a_file_is_read_and_its_picture_written(tmp_path):
    sample = sample_folder() / "tarrow-10k-2021.txt"
    out = tmp_path / "picture.svg"
    result = CliRunner().invoke(app, ["attribution", "What does the company make?", str(sample), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert out.read_text().startswith("<svg") and f"written to {out}" in result.output


def test_what_is_told_is_what_was_found(found):
    lines = list(told(found))
    assert lines[0] == "because freight and wages cost more"
    assert f"{found.attribution.score:.2f}" in lines[1] and len(lines) == 13
    [share] = [line for line in lines if line.split()[0] == "fall"]
    position = list(found.answered.tokens).index("fall")
    assert share.split()[1:] == [f"{found.attribution.tokens[position]:.2f}", f"{found.attention[position]:.3f}"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["Why?", "nosuch.pdf"], 1, "nosuch.pdf: does not exist; give a file, or a passage of several words"),
        (["Why?", "Costs fell in 2022.", "--out", "picture.png"], 2, "let it end in .svg"),
    ],
)
def test_wrong_use_is_told(arguments, status, message):
    result = CliRunner().invoke(app, ["attribution", *arguments], env={"COLUMNS": "200"})
    assert result.exit_code == status and message in result.output + str(result.exception)


def test_a_text_without_words_is_told(shipped):
    with pytest.raises(ValueError, match="nothing that could be an answer"):
        answer(shipped, "Why?", [" "])
