"""Whether a command that a text names can be given: its program, subcommand and options exist."""

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import typer

from experiments.cli import app

ROOT = Path(__file__).resolve().parents[1]
_FINANCEQA = typer.main.get_command(app)
_COMMAND = re.compile(r"(?:financeqa|python -m (?:experiments|qa|retrieval|research)[\w.]*|make [a-z-]+)(?: [^`\n]*)?")


def commands_in(text):
    """The commands that a Markdown text names: between backticks, in code blocks, and set in by four spaces."""
    places = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
    for block in re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL):
        places += [line.removeprefix("$ ") for line in block.splitlines()]
    places += re.findall(r"^    (\S.*)$", text, re.MULTILINE)
    return [found[0].split("  ")[0].strip() for place in places if (found := _COMMAND.match(place))]


def fault_of(command):
    """What is wrong with a command; empty where nothing is."""
    words = shlex.split(re.sub(r"[\[\]]", " ", command).split(" #")[0].split("|")[0])
    if words[0] == "make":
        return "" if re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE) else "no such target"
    if words[0] == "python":
        return _fault_of_module(words[2], words[3:])
    return _fault_of_subcommand(_FINANCEQA, words[1:])


def _fault_of_module(module, words):
    spec = find_spec(module) or find_spec(f"{module}.__main__")
    if spec is None:
        return f"no module {module}"
    path = Path(spec.origin)
    source = (path.with_name("__main__.py") if path.name == "__init__.py" else path).read_text()
    if "__main__" not in source:
        return f"{module} is no program"
    return next((f"no option {word}" for word in words if word.startswith("--") and not _has_option(source, word)), "")


def _has_option(source, option):
    return option in source or re.search(rf"^    {option[2:].replace('-', '_')}\b.*[:=]", source, re.MULTILINE)


def _fault_of_subcommand(command, words):
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        name, *words = words
        if "|" in name:
            return next((f for n in name.split("|") if (f := _fault_of_subcommand(command, [n, *words]))), "")
        if name not in command.commands:
            return f"no command {name}"
        command = command.commands[name]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    unknown = [word for word in words if word.startswith("--") and word not in known]
    return f"no option {unknown[0]} of {command.name}" if unknown else ""
