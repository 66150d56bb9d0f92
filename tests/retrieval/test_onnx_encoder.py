"""The encoder on ONNX Runtime against the same weights in torch."""

import random

import numpy as np
import pytest
import torch
from transformers import AutoModel, BertConfig, BertForQuestionAnswering, BertModel

from retrieval.delta import load_delta, tuned_weights
from retrieval.embedding import FEW, SHIPPED_FOLDER, Embedder
from retrieval.onnx_encoder import OnnxEncoder
from retrieval.precision import has_integer_products

IDS = [101, *range(1000, 1037), 102]
TYPES = [0] * 12 + [1] * (len(IDS) - 12)


def weights_of(model):
    prefix = "" if model.base_model is model else f"{model.base_model_prefix}."
    return {name.removeprefix(prefix): weight.numpy() for name, weight in model.state_dict().items()}


def in_torch(model, ids, types):
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([types]))


@pytest.mark.parametrize(("layers", "heads", "epsilon"), [(1, 2, 1e-12), (3, 4, 1e-5)])
def test_other_sizes_give_what_torch_gives(layers, heads, epsilon):
    torch.manual_seed(layers)
    config = BertConfig(
        vocab_size=2000, hidden_size=32, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=48,
        layer_norm_eps=epsilon,
    )  # fmt: skip
    model = BertModel(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # biases and norms, too, are not what they are made with
            parameter.add_(0.1 * torch.randn_like(parameter))
    found = OnnxEncoder(weights_of(model), config.to_dict())(IDS, TYPES)
    np.testing.assert_allclose(found, in_torch(model, IDS, TYPES).last_hidden_state[0].numpy(), atol=1e-4)


def test_a_head_gives_its_outputs():
    torch.manual_seed(0)
    config = BertConfig(vocab_size=2000, hidden_size=32, num_hidden_layers=2, num_attention_heads=2)
    model = BertForQuestionAnswering(config).eval()
    found = OnnxEncoder(weights_of(model), config.to_dict(), head="qa_outputs")(IDS, TYPES)
    output = in_torch(model, IDS, TYPES)
    expected = torch.stack([output.start_logits[0], output.end_logits[0]], dim=1)
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-4)


@pytest.mark.parametrize("length", [2, 5, 300, 512])
def test_the_shipped_encoder_gives_what_torch_gives_at_any_length(length):
    ids = [101, *(1000 + i % 20_000 for i in range(length - 2)), 102]
    expected = in_torch(load_delta(SHIPPED_FOLDER, AutoModel), ids, [0] * length).last_hidden_state[0].numpy()
    found = OnnxEncoder(*tuned_weights(SHIPPED_FOLDER))(ids, [0] * length)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.skipif(not has_integer_products(), reason="this processor has no instructions for 8-bit products")
def test_integers_of_eight_bits_stay_near():
    weights, config = tuned_weights(SHIPPED_FOLDER)
    exact, rough = (OnnxEncoder(weights, config, bits=bits)(IDS, TYPES) for bits in (32, 8))
    cosines = (exact * rough).sum(axis=1) / np.linalg.norm(exact, axis=1) / np.linalg.norm(rough, axis=1)
    assert 0.98 < cosines.mean() < 0.9999


def test_few_texts_have_the_vectors_that_they_have_among_many():
    texts = [
        "What was revenue?",
        "",
        "收入 🙂",
        "word " * 600,
        *(f"Net sales of segment {i} rose." for i in range(FEW)),
    ]
    embedder = Embedder()
    many = embedder.embed(texts)
    few = np.concatenate([embedder.embed(texts[:4]), embedder.embed(texts[4:])])
    np.testing.assert_allclose(few, many, atol=5e-3)  # many may be computed in bfloat16
    np.testing.assert_allclose(np.linalg.norm(few, axis=1), 1, atol=1e-6)


def test_a_vector_does_not_hang_on_what_is_embedded_with_it():
    draw = random.Random(5)
    words = "net sales of the segment rose in 2023 while costs fell by 12 % and income was 1,234 million".split()
    # padding beyond 128 tokens tells in bfloat16
    texts = [" ".join(draw.choices(words, k=100 + 3 * i)) for i in range(4 * FEW)]
    embedder = Embedder()
    together, backwards = embedder.embed(texts), embedder.embed(texts[::-1])[::-1]
    np.testing.assert_allclose(together, backwards, atol=1e-6)
    for part in (slice(None, None, 2), slice(1, 3 * FEW), slice(None, FEW + 1)):
        np.testing.assert_allclose(embedder.embed(texts[part]), together[part], atol=1e-6)
