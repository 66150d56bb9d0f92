"""A starting script with its parts replaced by a solution's."""

import ast

from experiments.exercises.exercise import exercise_modules, load_exercise


def solution(number):
    """The parts of the model solution."""
    from pathlib import Path

    return (Path(__file__).parent / "solutions" / f"{exercise_modules()[number]}.py").read_text()


def filled(number, *parts):
    """The starting script in which each top-level name is what the last part makes of it."""
    tree = ast.parse(load_exercise(number).starter)
    for part in parts:
        for node in ast.parse(part).body:
            _put(tree, node)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _put(tree, node):
    """Replaces what has the node's name; what is new comes after the imports, where all parts can see it."""
    names = [_name(each) for each in tree.body]
    if _name(node) in names:
        tree.body[names.index(_name(node))] = node
        return
    imports = [i for i, each in enumerate(tree.body) if isinstance(each, ast.Import | ast.ImportFrom)]
    tree.body.insert(imports[-1] + 1, node)


def _name(node):
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.Assign):
        return node.targets[0].id
    if isinstance(node, ast.AnnAssign):
        return node.target.id
    return ast.unparse(node)
