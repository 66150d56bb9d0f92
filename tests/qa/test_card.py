import json
import tomllib
from dataclasses import replace
from importlib.metadata import version

import pytest
from huggingface_hub import ModelCard

from qa.cli import evaluate_reader
from qa.data.generated import generated_examples
from qa.evaluation import Evaluation
from qa.techniques.distillation import Distillation
from qa.techniques.lora import LoRA
from qa.techniques.prefix import Prefix
from qa.techniques.soup import Soup
from qa.techniques.technique import Stage
from qa.training.card import Run, add_evaluation, write_card
from qa.training.digests import data_digest, weights_digest
from qa.training.recipe import Part, Recipe, recipe_of
from qa.training.train import train, training_examples
from qa.training.with_loop import fit_with_loop
from retrieval.bundled import file_digest

EVALUATION = Evaluation(
    dataset="squad",
    split="dev_v1",
    n=10570,
    metrics={"exact_match": 71.12341, "f1": 80.9, "not_found": 0.0, "ece": 0.147},
    seconds=1.0,
    threshold=None,
    predictions=(),
)


def tiny_recipe(bert, folder, **changes):
    """A recipe over twelve generated examples and a tiny model, two steps long."""
    model, tokenizer = bert
    model.save_pretrained(folder / "tiny")
    tokenizer.save_pretrained(folder / "tiny")
    fields = {"max_length": 512, "batch_size": 6, "save_steps": 1, "mixture": [Part("generated", "train", limit=12)]}
    return Recipe(model=str(folder / "tiny"), output=folder / "run", **{**fields, **changes})


@pytest.fixture
def folder(tmp_path):
    """The folder of a model whose weights are a few bytes."""
    (tmp_path / "run" / "model").mkdir(parents=True)
    (tmp_path / "run" / "model" / "model.safetensors").write_bytes(b"weights")
    return tmp_path / "run" / "model"


def carded(folder, losses=(2.0, 1.0), processes=1, **changes):
    """The card of a run with these losses on the generated examples."""
    fields = {"model": "all-MiniLM-L6-v2", "mixture": [Part("generated", "train")], **changes}
    recipe = Recipe(output=folder.parent, **fields)
    write_card(folder, recipe, Run("5eed", [Stage(list(generated_examples("train")), 1, 2e-4)], losses, processes))
    return ModelCard.load(folder / "README.md")


def recipe_in(card):
    return recipe_of(tomllib.loads(card.text.split("```toml\n")[1].split("```")[0]), where="card")


def test_a_trained_model_has_a_card_of_its_run(bert, tmp_path):
    losses = []
    recipe = tiny_recipe(bert, tmp_path, technique=[LoRA(rank=2)])

    def kept(fit):
        losses.extend(fit_with_loop(fit))
        return losses

    folder = train(recipe, fit=kept)
    card = ModelCard.load(folder / "README.md")
    assert recipe_in(card) == recipe
    examples = training_examples(recipe, recipe.mixture)
    for fact in (
        f"| 1 | generated/train | 12 | {sum(not e.answerable for e in examples)} |",
        data_digest(examples),
        weights_digest(bert[0]),
        file_digest(folder / "model.safetensors"),
        f"{losses[0]:.4f} over the first 1 of them, {losses[-1]:.4f} over the last 1",
        f"torch {version('torch')}, transformers {version('transformers')}, peft {version('peft')}",
        "`lora` (rank = 2, alpha = 16.0, dropout = 0.0): LoRA: learns each linear map's change",
        "Changes: which parameters are trained.",
    ):
        assert fact in card.text
    assert card.data.pipeline_tag == "question-answering"
    assert card.data.datasets == ["generated"]
    assert card.data.base_model is None  # a folder is no name that the hub knows
    assert "lora" in card.data.tags


def test_the_recipe_in_a_card_is_the_whole_recipe(folder):
    card = carded(
        folder,
        technique=[Soup(folder="other run/model"), Distillation(teachers=("a", "b")), LoRA(alpha=1e-5)],
        source=[Part("squad", "train", limit=5)],
        held_out=['Die "Zauberflöte"', "back\\slash"],
    )
    found = recipe_in(card)
    assert found.held_out == ['Die "Zauberflöte"', "back\\slash"]
    assert found.technique == [Soup(folder="other run/model"), Distillation(teachers=("a", "b")), LoRA(alpha=1e-5)]
    assert (found.source, found.output) == ([Part("squad", "train", limit=5)], folder.parent)


def test_losses_are_means_of_the_first_and_last_tenth(folder):
    assert "1.5000 over the first 2 of them, 4.5000 over the last 2" in carded(folder, [1, 2, *[9] * 16, 4, 5]).text
    assert "No step was taken" in carded(folder, []).text


def test_the_command_is_the_one_that_was_run(folder):
    assert "`financeqa train recipe.toml` makes" in carded(folder).text
    several = "`accelerate launch --num_processes 2 -m qa.training.with_loop recipe.toml` makes"
    assert several in carded(folder, processes=2).text


@pytest.mark.parametrize(
    ("start", "base"),
    [
        ("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"),
        ("finance-qa-reader", "sentence-transformers/all-MiniLM-L6-v2"),
        ("deepset/roberta-base-squad2", "deepset/roberta-base-squad2"),
    ],
)
def test_the_base_is_named_as_the_hub_names_it(folder, start, base):
    assert carded(folder, model=start).data.base_model == base


def test_a_run_from_a_trained_model_has_its_base(folder, tmp_path):
    carded(folder)
    (tmp_path / "next").mkdir()
    assert carded(tmp_path / "next", model=str(folder)).data.base_model == "sentence-transformers/all-MiniLM-L6-v2"


def results(card):
    return {
        (each.dataset_name, each.metric_type): each.metric_value for each in card.data.get("eval_results", default=[])
    }


def test_scores_enter_the_card_once_a_split(folder):
    assert "None yet" in carded(folder).text
    add_evaluation(folder, EVALUATION)
    add_evaluation(folder, replace(EVALUATION, split="dev_v2", n=11873, threshold=3.8))
    add_evaluation(folder, replace(EVALUATION, metrics={**EVALUATION.metrics, "f1": 70.0}))
    card = ModelCard.load(folder / "README.md")
    assert results(card) == {
        ("squad/dev_v2", "exact_match"): 71.1234,
        ("squad/dev_v2", "f1"): 80.9,
        ("squad/dev_v2", "ece"): 0.147,
        ("squad/dev_v1", "exact_match"): 71.1234,
        ("squad/dev_v1", "f1"): 70.0,
        ("squad/dev_v1", "ece"): 0.147,
    }
    rows = [line for line in card.text.splitlines() if line.startswith("| squad")]
    assert rows == [
        "| squad/dev_v2 | 11873 | allowed | 71.1234 | 80.9 | 0.147 |",
        "| squad/dev_v1 | 10570 | off | 71.1234 | 70.0 | 0.147 |",
    ]
    assert "None yet" not in card.text
    assert recipe_in(card).model == "all-MiniLM-L6-v2"


def test_scores_stay_as_long_as_the_weights_do(folder):
    carded(folder)
    add_evaluation(folder, EVALUATION)
    assert results(carded(folder))["squad/dev_v1", "f1"] == 80.9
    (folder / "model.safetensors").write_bytes(b"other weights")
    add_evaluation(folder, replace(EVALUATION, split="dev_v2"))  # the card is of other weights
    assert len(results(ModelCard.load(folder / "README.md"))) == 3
    assert results(carded(folder)) == {}


def test_a_text_that_is_no_card_of_ours_is_left_alone(folder):
    (folder / "README.md").write_text("# Mine\n")
    add_evaluation(folder, EVALUATION)
    assert (folder / "README.md").read_text() == "# Mine\n"


def test_evaluating_a_trained_model_puts_the_scores_of_whole_splits_in(bert, tmp_path):
    folder = train(tiny_recipe(bert, tmp_path, technique=[Prefix(tokens=2)]))
    before = (folder / "README.md").read_bytes()
    asked = {"dataset": "generated", "split": "dev", "out": tmp_path / "out.json", "model": str(folder)}
    evaluate_reader(**asked, limit=3, as_json=True)
    assert (folder / "README.md").read_bytes() == before
    evaluate_reader(**asked, limit=0, as_json=True)
    measured = json.loads((tmp_path / "out.json").read_text())
    train(tiny_recipe(bert, tmp_path, technique=[Prefix(tokens=2)]))  # nothing is left to do; PEFT writes its own card
    card = ModelCard.load(folder / "README.md")
    assert results(card)["generated/dev", "f1"] == pytest.approx(measured["metrics"]["f1"], abs=1e-4)
    assert f"| generated/dev | {measured['n']} |" in card.text
    matter = card.data.to_dict()
    assert (matter["library_name"], matter.get("base_model")) == ("peft", None)
