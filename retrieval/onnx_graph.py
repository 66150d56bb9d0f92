"""Building an ONNX graph node by node, with its weights beside it, and starting ONNX Runtime on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnx import TensorProto
    from onnxruntime import InferenceSession

Floats = npt.NDArray[np.float32]
Attribute = float | Sequence[int]  # of a node

RUNTIME = "com.microsoft"  # the operators that ONNX Runtime has beyond the standard
_OPSETS = {"": 17, RUNTIME: 1}
_IR_VERSION = 8
_STEPS = 127  # from zero to the largest 8-bit weight


class Graph:
    """A graph in the making; values are known by name."""

    def __init__(self, weights: Mapping[str, Floats], *, bits: int) -> None:
        """Empty.

        Args:
            weights: what `weight` and `product` name; matrices of linear layers are [outputs, inputs].
            bits: of the factors in products, 32 for floats or 8 for integers.
        """
        self.weights = weights
        self.bits = bits
        self._nodes: list[Any] = []
        self._constants: dict[str, npt.NDArray[Any]] = {}

    def add(self, operator: str, inputs: Sequence[str], *, domain: str = "", **attributes: Attribute) -> str:
        """Adds a node; returns the name of its first output."""
        return self.add_split(operator, inputs, 1, domain=domain, **attributes)[0]

    def add_split(
        self, operator: str, inputs: Sequence[str], outputs: int, *, domain: str = "", **attributes: Attribute
    ) -> list[str]:
        """Adds a node; returns the names of its outputs."""
        from onnx import helper

        names = [f"{operator}_{len(self._nodes)}_{i}" for i in range(outputs)]
        node = helper.make_node(operator, list(inputs), names, domain=domain)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
        self._nodes.append(node)
        return names

    def weight(self, name: str) -> str:
        """A weight as it is."""
        return self.constant(name, self.weights[name])

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        """An array under a name."""
        self._constants[name] = np.ascontiguousarray(values)
        return name

    def product(self, states: str, layers: Sequence[str]) -> str:
        """`states` times the matrices of linear layers side by side, their biases left out.

        Args:
            states: [..., inputs].
            layers: names without `.weight`.

        Returns:
            The name of the products [..., outputs of all layers].
        """
        name = "+".join(layers)
        matrix = np.concatenate([self.weights[f"{layer}.weight"] for layer in layers]).T
        if self.bits == 32:
            return self.add("MatMul", [states, self.constant(name, matrix)])
        scales = np.maximum(np.abs(matrix).max(axis=0), 1e-12).astype(np.float32) / _STEPS
        integers = np.rint(matrix / scales).astype(np.int8)
        factors = [self.constant(name, integers), self.constant(f"{name} scales", scales)]
        return self.add("DynamicQuantizeMatMul", [states, *factors], domain=RUNTIME)

    def normalised(self, states: str, layer: str, epsilon: float) -> str:
        """Layer normalisation, in elementary steps: ONNX Runtime 1.32's own operator for it is four times slower.

        Args:
            states: [..., size].
            layer: its name without `.weight` and `.bias`, which are [size].
            epsilon: added to the variance.

        Returns:
            The name of the normalised states [..., size].
        """
        apart = self.add("Sub", [states, self._mean(states)])
        variance = self._mean(self.add("Mul", [apart, apart]))
        floor = self.constant("epsilon", np.array([epsilon], dtype=np.float32))
        deviation = self.add("Sqrt", [self.add("Add", [variance, floor])])
        unit = self.add("Mul", [apart, self.add("Reciprocal", [deviation])])
        return self.add("Add", [self.add("Mul", [unit, self.weight(f"{layer}.weight")]), self.weight(f"{layer}.bias")])

    def _mean(self, states: str) -> str:
        """Means over the last axis, which is kept: [..., 1]."""
        return self.add("ReduceMean", [states], axes=[-1], keepdims=1)

    def session(self, inputs: Sequence[str], output: str) -> InferenceSession:
        """ONNX Runtime over the graph, on one thread.

        Args:
            inputs: integers [1, tokens] each.
            output: floats [1, tokens, ...].
        """
        from onnx import TensorProto, helper
        from onnxruntime import InferenceSession, OrtValue, SessionOptions

        constants = {name: OrtValue.ortvalue_from_numpy(values) for name, values in self._constants.items()}
        placed = [_placed(name, values) for name, values in self._constants.items()]
        given = [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "tokens"]) for name in inputs]
        made = [helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, "tokens", "values"])]
        graph = helper.make_graph(self._nodes, "network", given, made, initializer=placed)
        opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS.items()]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # windows differ in length
        options.add_external_initializers(list(constants), list(constants.values()))
        return InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _placed(name: str, values: npt.NDArray[Any]) -> TensorProto:
    """An array of a graph without its values, which are handed over apart: copying them takes long."""
    from onnx import TensorProto, helper

    kind = helper.np_dtype_to_tensor_dtype(values.dtype)
    tensor = TensorProto(name=name, data_type=kind, dims=values.shape, data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value=name)
    return tensor
