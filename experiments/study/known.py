"""The studies by name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import experiments.studies
from experiments.study.study import Study


def study_modules() -> dict[str, str]:
    """The script of each study, by the study's name."""
    package = experiments.studies
    return {name: f"{package.__name__}.{name}" for _, name, _ in iter_modules(package.__path__)}


def load_study(name: str) -> Study:
    """A study by its name.

    Raises:
        ValueError: there is none of that name.
    """
    modules = study_modules()
    if name not in modules:
        raise ValueError(f"no study {name!r}; there are {', '.join(sorted(modules))}")
    study: Study = import_module(modules[name]).STUDY
    return study
