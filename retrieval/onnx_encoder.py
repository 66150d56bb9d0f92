"""BERT's encoder on ONNX Runtime, its graph built here node by node.

An answer needs the network's forward pass alone, and torch costs seconds before its first one. Each window is computed
by itself: on a processor larger batches are no faster, nothing is padded, and what else is read changes no answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from retrieval.onnx_graph import RUNTIME, Floats, Graph

_INPUTS = ("input_ids", "token_type_ids", "position_ids")


class OnnxEncoder:
    """A BERT encoder, with a linear head on each token or without one."""

    def __init__(
        self, weights: Mapping[str, Floats], config: Mapping[str, Any], *, head: str | None = None, bits: int = 32
    ) -> None:
        """Builds the graph.

        Args:
            weights: of encoder and head, named as by `transformers` without the encoder's own prefix.
            config: of the BERT, named likewise.
            head: a linear layer on the last hidden states; `None` for the states themselves.
            bits: of the factors in the encoder's products: 32 for floats; 8 for integers, which changes logits in the
                first decimal and is twice as fast where the processor is made for it.
        """
        graph = Graph(weights, bits=bits)
        states = _encoder(graph, config)
        if head is not None:
            matrix = graph.constant(f"{head}.weight", weights[f"{head}.weight"].T)
            states = graph.add("Add", [graph.add("MatMul", [states, matrix]), graph.weight(f"{head}.bias")])
        self._output = states
        self._session = graph.session(_INPUTS, states)

    def __call__(self, input_ids: Sequence[int], token_type_ids: Sequence[int]) -> Floats:
        """Hidden states or the head's outputs of one window, [tokens, size]."""
        rows = (input_ids, token_type_ids, range(len(input_ids)))
        inputs = {name: np.array([row], dtype=np.int64) for name, row in zip(_INPUTS, rows, strict=True)}
        output: Floats = self._session.run([self._output], inputs)[0][0]
        return output


def _encoder(graph: Graph, config: Mapping[str, Any]) -> str:
    """Adds BERT without its pooler; returns the name of the last hidden states [1, tokens, size]."""
    epsilon, heads = float(config.get("layer_norm_eps", 1e-12)), int(config.get("num_attention_heads", 12))
    tables = ("word_embeddings", "token_type_embeddings", "position_embeddings")
    words, kinds, places = (
        graph.add("Gather", [graph.weight(f"embeddings.{table}.weight"), ids])
        for table, ids in zip(tables, _INPUTS, strict=True)
    )
    summed = graph.add("Add", [graph.add("Add", [words, kinds]), places])
    states = graph.normalised(summed, "embeddings.LayerNorm", epsilon)
    for number in range(int(config.get("num_hidden_layers", 12))):
        states = _layer(graph, states, f"encoder.layer.{number}", heads, epsilon)
    return states


def _layer(graph: Graph, states: str, name: str, heads: int, epsilon: float) -> str:
    """Adds one layer: self-attention, then the feed-forward network, each added to what came in and normalised."""
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    projected = graph.add_split("Split", [graph.product(states, parts)], len(parts), axis=2)
    biases = np.concatenate([graph.weights[f"{part}.bias"] for part in parts])
    bias = graph.constant(f"{name}.attention.self.bias", biases)
    attended = graph.add("MultiHeadAttention", [*projected, bias], domain=RUNTIME, num_heads=heads)
    states = _added(graph, states, attended, f"{name}.attention.output", epsilon)
    inner = graph.product(states, [f"{name}.intermediate.dense"])
    inner = graph.add("BiasGelu", [inner, graph.weight(f"{name}.intermediate.dense.bias")], domain=RUNTIME)
    return _added(graph, states, inner, f"{name}.output", epsilon)


def _added(graph: Graph, states: str, change: str, name: str, epsilon: float) -> str:
    """Adds a linear layer on `change`, the sum with `states`, and their normalisation."""
    projected = graph.add("Add", [graph.product(change, [f"{name}.dense"]), graph.weight(f"{name}.dense.bias")])
    return graph.normalised(graph.add("Add", [projected, states]), f"{name}.LayerNorm", epsilon)
