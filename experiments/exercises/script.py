"""A learner's script, read before anything of it runs: its hypothesis, its prediction, and what is left to write."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from sys import modules
from traceback import extract_tb
from types import EllipsisType, ModuleType

from experiments.exercises.prediction import Asked, Value

_MODULE = "learners_script"
_BLANK = "___"


class ScriptError(ValueError):
    """A script cannot be read; the message says why, with the line."""


@dataclass(frozen=True)
class Script:
    """What a script states.

    Attributes:
        hypothesis: the sentence.
        prediction: the number or the word of it.
        holes: what is left to write, as `line 12: best_span`.
    """

    hypothesis: str
    prediction: Value
    holes: tuple[str, ...]

    def faults(self, asked: Asked) -> list[str]:
        """Why it is not checked yet: no hypothesis, no prediction, or parts that are left to write."""
        found = []
        if not self.hypothesis.strip():
            found.append("HYPOTHESIS is empty; state first what you expect and why, in a sentence")
        elif _BLANK in self.hypothesis:
            found.append("HYPOTHESIS has a blank left; fill it")
        fault = asked.fault(self.prediction)
        return [*found, *([fault] if fault else []), *(f"left to write, {hole}" for hole in self.holes)]


def read_script(path: Path) -> Script:
    """Reads a script without running it.

    Raises:
        ScriptError: it is no Python, or states its hypothesis in another way than as a plain value.
    """
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ScriptError(f"{path}: {told(error, path)}") from error
    hypothesis, prediction = _stated(tree, "HYPOTHESIS", path), _stated(tree, "PREDICTION", path)
    if not isinstance(hypothesis, str | None):
        raise ScriptError(f"{path}: HYPOTHESIS is {hypothesis!r}; write a sentence")
    if not isinstance(prediction, int | float | str | None):
        raise ScriptError(f"{path}: PREDICTION is {prediction!r}; write a number or a word")
    return Script(hypothesis or "", prediction, tuple(_holes(tree)))


def load_script(path: Path) -> ModuleType:
    """Runs a script as a module; whatever it raises, it raises."""
    spec = spec_from_file_location(_MODULE, path)
    if spec is None or spec.loader is None:
        raise ScriptError(f"{path} is not called like a Python script; its name must end in .py")
    module = module_from_spec(spec)
    modules[_MODULE] = module  # dataclasses and pydantic look their modules up by name
    spec.loader.exec_module(module)
    return module


def told(error: BaseException, path: Path) -> str:
    """An error in a line, with the line of the script where it came from, if it came from there."""
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}".rstrip(": ")
    if isinstance(error, SyntaxError) and error.filename in (str(path), "<unknown>"):
        return f"line {error.lineno}: {type(error).__name__}: {error.msg}"
    lines = [frame for frame in extract_tb(error.__traceback__) if frame.filename == str(path)]
    if lines:
        return f"line {lines[-1].lineno}, in {lines[-1].name}: {what}"
    return f"what the script gave cannot be used: {what}"


def _stated(tree: ast.Module, name: str, path: Path) -> object:
    """The value of a top-level assignment; `None` where there is none."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AnnAssign) and any(
            isinstance(target, ast.Name) and target.id == name for target in targets
        ):
            try:
                value: object = ast.literal_eval(node.value) if node.value else None
            except ValueError:
                raise ScriptError(f"{path}, line {node.lineno}: write {name} as a plain value") from None
            return value
    return None


def _holes(tree: ast.Module) -> list[str]:
    """Every statement of three dots, and every name that is given them, with the function or class around it."""
    found = []
    for outer in (tree, *(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef))):
        for node in outer.body:
            value = node.value if isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, EllipsisType):
                named = outer.name if not isinstance(outer, ast.Module) else ast.unparse(node)
                found.append((node.lineno, named))
    return [f"line {line}: {name}" for line, name in sorted(found)]
