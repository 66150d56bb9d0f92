from dataclasses import replace
from pathlib import Path

from typer.testing import CliRunner

from experiments.cli import app
from qa.calibration import Calibration
from qa.data.generated import generated_examples
from qa.reader import FOLDERS, GENERAL, SHIPPED
from qa.shipping import calibration_examples, model_card
from qa.training.recipe import Part, Recipe, load_recipe

RECIPE = Recipe(
    model="tiny",
    output=Path("run"),
    mixture=[Part("generated", "train")],
    source=[Part("generated", "dev")],
    held_out=["Aldermoor", "Brackwater"],
)


def test_calibration_is_on_held_out_groups_and_has_questions_without_answers():
    found = calibration_examples(RECIPE)
    assert {example.group for example in found} == {"Aldermoor", "Brackwater"}
    own = [e for split in ("train", "dev") for e in generated_examples(split) if e.group == "Aldermoor"]
    twins = [e for e in found if e.group == "Aldermoor" and e.id not in {each.id for each in own}]
    assert {e.id for e in own} <= {e.id for e in found} and (bool(twins) == all(e.answerable for e in own))
    assert any(not example.answerable for example in found)
    narrowed = calibration_examples(replace(RECIPE, calibration=["Brackwater"]))
    assert {example.group for example in narrowed} == {"Brackwater"}


def test_what_is_calibrated_on_was_held_out():
    recipe = load_recipe(Path("qa/recipes/reader-4-prose.toml"))
    assert recipe.calibration and set(recipe.calibration) < set(recipe.held_out)


def test_a_card_says_what_was_read_and_what_it_was_fitted_on():
    recipe = replace(RECIPE, calibration=["Brackwater"])
    card = model_card(SHIPPED, recipe, Calibration(1.0, 0.5, -1.0), 12, [])
    assert card.startswith(f"# {SHIPPED}\n") and "- generated/train, seen 1" in card and GENERAL in card
    assert "fitted on 12 questions" in card and "Brackwater; no development split" in card


def test_only_what_the_package_carries_can_be_shipped(tmp_path):
    told = CliRunner().invoke(app, ["train", "qa/recipes/reader-4-prose.toml", "--ship", "nope"])
    assert told.exit_code == 2 and "finance-qa-reader" in told.output and "nope" in told.output
    assert all((folder / "delta.safetensors").is_file() for folder in FOLDERS.values())
