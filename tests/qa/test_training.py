import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from qa.data.squad_form import Example
from qa.recipe import Part, Recipe, RecipeError, load_recipe
from qa.training import TokenDropout, average, labelled_windows, span_model, train, training_examples
from tests.qa.conftest import WORDS

CONTEXT = "Acme made lamps in 1998. Revenue rose by 5% to $1,234.5 million. The plant is in Duluth."


def example(number, group="g"):
    return Example(
        f"q{number}",
        group,
        f"By how much did revenue rise {number}?",
        CONTEXT + f" {number}.",
        ("5%",),
        (CONTEXT.index("5%"),),
        "toy/train",
    )


@pytest.fixture
def recipe(tmp_path, bert, monkeypatch):
    """A recipe over twelve toy examples and a tiny model, three steps long."""
    model, tokenizer = bert
    model.save_pretrained(tmp_path / "tiny")
    tokenizer.save_pretrained(tmp_path / "tiny")
    monkeypatch.setattr(
        "qa.training.load_examples", lambda dataset, split: [example(i, f"g{i % 4}") for i in range(12)]
    )
    return Recipe(
        model=str(tmp_path / "tiny"),
        output=tmp_path / "run",
        mixture=[Part("toy", "train", repeat=2)],
        held_out=["g3"],
        max_length=128,
        stride=16,
        batch_size=6,
        save_steps=2,
    )


def test_held_out_groups_are_never_trained_on(recipe):
    examples = training_examples(recipe)
    assert len(examples) == 18
    assert {e.group for e in examples} == {"g0", "g1", "g2"}
    assert len({e.id for e in examples}) == 18


def test_labels_point_at_the_answer_or_at_the_null_position(bert, recipe):
    _, tokenizer = bert
    nothing = replace(example(99), answers=(), starts=())
    windows = labelled_windows(tokenizer, [example(1), nothing], recipe)
    row = windows[0]
    assert (
        tokenizer.decode(row["input_ids"][row["start_positions"] : row["end_positions"] + 1]).replace(" ", "") == "5%"
    )
    assert (windows[-1]["start_positions"], windows[-1]["end_positions"]) == (0, 0)


def test_hidden_tokens_are_drawn_from_the_words_and_labels_stay(recipe, bert):
    _, tokenizer = bert
    windows = labelled_windows(tokenizer, training_examples(recipe), recipe)
    rows = [windows[i] for i in range(len(windows))]
    torch.manual_seed(1)
    whole, dropped = TokenDropout(tokenizer, 0.0)(rows), TokenDropout(tokenizer, 0.25)(rows)
    assert torch.equal(whole["input_ids"], dropped["input_ids"])
    special = torch.isin(whole["input_ids"], torch.tensor(tokenizer.all_special_ids))
    assert torch.equal(whole["attention_mask"][special], dropped["attention_mask"][special])
    words = (whole["attention_mask"] == 1) & ~special
    assert 0.15 < 1 - dropped["attention_mask"][words].float().mean().item() < 0.35
    assert torch.equal(whole["start_positions"], dropped["start_positions"])


def test_only_the_word_embeddings_stay_as_they_were(recipe):
    frozen = [n for n, p in span_model(replace(recipe, freeze_words=True)).named_parameters() if not p.requires_grad]
    assert [".".join(name.split(".")[-2:]) for name in frozen] == ["word_embeddings.weight"]


def test_a_recipe_averages_with_another_finished_model(recipe, tmp_path):
    other = train(replace(recipe, output=tmp_path / "other", seed=7))
    alone = load_file(train(replace(recipe, output=tmp_path / "alone")) / "model.safetensors")
    both = load_file(train(replace(recipe, output=tmp_path / "both", average_with=other)) / "model.safetensors")
    others = load_file(other / "model.safetensors")
    for name, weight in both.items():
        assert torch.allclose(weight, (alone[name] + others[name]) / 2, atol=1e-6), name


def test_a_model_that_is_not_there_to_average_with_is_named(recipe, tmp_path):
    with pytest.raises(ValueError, match="holds no finished model"):
        train(replace(recipe, average_with=tmp_path / "none"))


def test_training_goes_on_from_its_last_checkpoint(recipe):
    folder = train(recipe)
    assert (folder / "model.safetensors").is_file() and (folder / "tokenizer.json").is_file()
    checkpoints = sorted(p.name for p in recipe.output.glob("checkpoint-*"))
    assert checkpoints == ["checkpoint-2", "checkpoint-3"]
    before = (recipe.output / "checkpoint-3" / "trainer_state.json").stat().st_mtime_ns
    train(recipe)
    assert json.loads((recipe.output / "checkpoint-3" / "trainer_state.json").read_text())["global_step"] == 3
    assert (recipe.output / "checkpoint-3" / "trainer_state.json").stat().st_mtime_ns == before


def test_averaging_keeps_a_share_of_the_start(recipe):
    import torch

    model = span_model(recipe)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1.0)
    average(model, span_model(recipe), 0.3)
    for name, weight in model.state_dict().items():
        assert torch.allclose(weight, before[name] + 0.7, atol=1e-5), name


@pytest.mark.parametrize("path", sorted(Path("qa/recipes").glob("*.toml")), ids=lambda p: p.stem)
def test_the_recipes_of_the_package_are_sound(path):
    assert load_recipe(path).mixture


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("model = ", "not TOML"),
        ('model = "m"', "output: Field required"),
        ('model = "m"\noutput = "o"\nmixture = []', "mixture"),
        (
            'model = "m"\noutput = "o"\nlearningrate = 1\n[[mixture]]\ndataset = "squad"\nsplit = "train"',
            "learningrate",
        ),
        ('model = "m"\noutput = "o"\nepochs = 0\n[[mixture]]\ndataset = "squad"\nsplit = "train"', "epochs"),
    ],
)
def test_a_wrong_recipe_is_told_by_its_fields(tmp_path, text, message):
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(RecipeError, match=message):
        load_recipe(tmp_path / "r.toml")


def test_the_toy_words_are_what_the_tokenizers_know():
    assert "Duluth" not in WORDS  # unknown words must survive training and reading too
