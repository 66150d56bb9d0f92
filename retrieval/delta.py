"""A fine-tuned model as the small difference to the model it started from.

Fine-tuning moves each weight by little, so the difference survives coarse rounding: each row of a
matrix is stored as 8-bit integers and one scale, vectors as they are, and what did not change
(frozen embeddings) is left out. Adding the file to the public encoder gives the tuned model back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.bundled import ModelError, file_digest, resolve_model
from retrieval.onnx_graph import Floats

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

FILE = "delta.safetensors"
_SCALE = ".row_scale"


def save_delta(model: PreTrainedModel, base: str, folder: Path) -> Path:
    """Writes what `model` changed of `base` to `folder/delta.safetensors`, with its configuration.

    Args:
        model: a fine-tuned encoder of the shape of `base`, with or without a head.
        base: hub name or folder of the model that it started from.
        folder: made where it is missing.
    """
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    metadata = {"base": base, "base_sha256": _base_digest(base), "config": json.dumps(model.config.to_diff_dict())}
    save_file(_difference(model.state_dict(), _base_weights(model, base)), path, metadata=metadata)
    path.chmod(0o644)
    return path


def load_delta(folder: Path, auto_class: Any, **changes: float) -> PreTrainedModel:  # noqa: ANN401 (not imported here)
    """The model that `save_delta` was given, up to rounding, in evaluation mode.

    Args:
        folder: where it was saved.
        auto_class: `AutoModelForQuestionAnswering` for a reader, `AutoModel` for a bare encoder.
        changes: of its configuration, such as another dropout for training on.

    Raises:
        ModelError: the file is missing or damaged, or the base is not the one it was made from.
    """
    import torch
    from transformers import AutoConfig

    weights, settings = tuned_weights(folder)
    config = AutoConfig.for_model(**settings | changes)
    model: PreTrainedModel = auto_class.from_config(config)
    inner = set(model.base_model.state_dict())
    named = {(_prefix(model) if name in inner else "") + name: torch.from_numpy(w) for name, w in weights.items()}
    model.load_state_dict(named, strict=False)
    return model.eval()


def tuned_weights(folder: Path) -> tuple[dict[str, Floats], dict[str, Any]]:
    """The weights of the model that `save_delta` was given, up to rounding, and its configuration; without torch.

    The encoder's weights are named as in the bare encoder, those of a head as in the model.

    Raises:
        ModelError: the file is missing or damaged, or the base is not the one it was made from.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / FILE
    if not path.is_file():
        raise ModelError(f"{path} does not exist; install the package again")
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata()
            stored = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    except SafetensorError as error:
        raise ModelError(f"{path} is damaged ({error}); install the package again") from error
    base = metadata["base"]
    if _base_digest(base) != metadata["base_sha256"]:
        raise ModelError(f"{path} was made from another {base} than the one installed; train it again")
    settings = json.loads(metadata["config"])
    with safe_open(_base_file(base), framework="numpy") as file:
        weights = {name: file.get_tensor(name) for name in file.keys() if not _is_unused(name)}  # noqa: SIM118
    for name, tensor in stored.items():
        if name.endswith(_SCALE):
            continue
        own = name.removeprefix(f"{settings['model_type']}.")
        scale = stored.get(name + _SCALE)
        weights[own] = tensor if scale is None else weights[own] + tensor * scale[:, None]
    return weights, settings


def _difference(tuned: Mapping[str, torch.Tensor], base: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What to store: matrices that changed as int8 rows with scales, vectors and new tensors in full."""
    import torch

    stored = {}
    for name, tensor in tuned.items():
        if name not in base or tensor.dim() != 2:
            if name not in base or not torch.equal(tensor, base[name]):
                stored[name] = tensor.contiguous()
            continue
        change = tensor - base[name]
        if change.abs().max() == 0:
            continue
        scale = change.abs().amax(dim=1, keepdim=True).clamp_min(1e-12) / 127
        stored[name] = (change / scale).round().to(torch.int8)
        stored[name + _SCALE] = scale.squeeze(1)
    return stored


def _base_weights(model: PreTrainedModel, base: str) -> dict[str, torch.Tensor]:
    """The encoder's weights of `base` under the names that they have in `model`."""
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(resolve_model(base), add_pooling_layer=False)
    return {f"{_prefix(model)}{name}": tensor for name, tensor in encoder.state_dict().items()}


def _prefix(model: PreTrainedModel) -> str:
    """What the names of the encoder's weights begin with in a model."""
    return "" if model.base_model is model else f"{model.base_model_prefix}."


def _is_unused(name: str) -> bool:
    """Whether a tensor of the base's file is no weight of the encoder without its pooler."""
    return name.startswith("pooler.") or name.endswith("position_ids")


def _base_file(base: str) -> Path:
    return Path(resolve_model(base)) / "model.safetensors"


@lru_cache(maxsize=4)
def _base_digest(base: str) -> str:
    return file_digest(_base_file(base))
