import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from qa.data.squad_form import Example
from qa.techniques.adversarial import Adversarial
from qa.techniques.boundary_smoothing import BoundarySmoothing
from qa.techniques.dark_replay import DarkReplay
from qa.techniques.gradual_unfreezing import GradualUnfreezing
from qa.techniques.head_only import HeadOnly
from qa.techniques.l2_sp import L2SP
from qa.techniques.lora import LoRA
from qa.techniques.merge import Merge
from qa.techniques.r_drop import RDrop
from qa.techniques.replay import Replay
from qa.techniques.sequential import Sequential
from qa.techniques.technique import span_loss
from qa.techniques.token_dropout import TokenDropout
from qa.techniques.weight_averaging import WeightAveraging
from qa.training.batches import LengthBatches, batch_loader, labelled_windows
from qa.training.optimiser import MAX_GRADIENT, optimiser, schedule
from qa.training.recipe import Part, Recipe, RecipeError, load_recipe
from qa.training.train import span_model, train, training_examples
from qa.training.with_loop import fit_with_loop
from qa.training.with_trainer import fit_with_trainer
from retrieval.precision import has_bfloat16
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
        "qa.training.train.load_examples", lambda dataset, split: [example(i, f"g{i % 4}") for i in range(12)]
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
    examples = training_examples(recipe, recipe.mixture)
    assert len(examples) == 18
    assert {e.group for e in examples} == {"g0", "g1", "g2"}
    assert len({e.id for e in examples}) == 18


def test_a_limit_is_drawn_from_what_is_not_held_out(recipe):
    limited = replace(recipe, mixture=[Part("toy", "train", limit=9)])
    assert {e.group for e in training_examples(limited, limited.mixture)} == {"g0", "g1", "g2"}
    assert len(training_examples(limited, limited.mixture)) == 9


def test_twins_are_drawn_together(recipe, monkeypatch):
    twins = [replace(example(i, "g0"), id=f"row-{i // 2}-{i % 2}") for i in range(20)]
    monkeypatch.setattr("qa.training.train.load_examples", lambda dataset, split: twins)
    drawn = training_examples(recipe, [Part("toy", "train", limit=6, twins=True)])
    assert len(drawn) == 6 and len({e.id.rsplit("-", 1)[0] for e in drawn}) == 3


def test_labels_point_at_the_answer_or_at_the_null_position(bert):
    _, tokenizer = bert
    nothing = replace(example(99), answers=(), starts=())
    windows = labelled_windows(tokenizer, [example(1), nothing], max_length=128, stride=16)
    row = windows[0]
    assert (
        tokenizer.decode(row["input_ids"][row["start_positions"] : row["end_positions"] + 1]).replace(" ", "") == "5%"
    )
    assert (windows[-1]["start_positions"], windows[-1]["end_positions"]) == (0, 0)


def test_every_window_is_seen_once_an_epoch_with_others_of_its_length():
    lengths = [random.Random(1).randint(10, 200) for _ in range(1000)]
    batches = list(LengthBatches(lengths, batch_size=16, epochs=2, seed=5))
    assert len(batches) == len(LengthBatches(lengths, batch_size=16, epochs=2, seed=5)) == 126
    for epoch in (batches[:63], batches[63:]):
        assert sorted(i for batch in epoch for i in batch) == list(range(1000))
    spread = [max(lengths[i] for i in batch) - min(lengths[i] for i in batch) for batch in batches]
    assert sum(spread) / len(spread) < 25
    assert batches[:63] != batches[63:]
    assert batches == list(LengthBatches(lengths, batch_size=16, epochs=2, seed=5))


def weights(folder):
    return load_file(folder / "model.safetensors")


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize(
    "techniques",
    [
        [],
        [LoRA(rank=2), WeightAveraging(after=0.0)],
        [GradualUnfreezing(), TokenDropout()],
        [Adversarial(), RDrop(), L2SP(), BoundarySmoothing()],
        [DarkReplay(examples=6)],
    ],
    ids=lambda techniques: "+".join(each.name for each in techniques) or "full",
)
def test_trainer_and_loop_give_the_same_losses_and_weights(recipe, techniques):
    curves = {}

    def keeping(fit):
        def kept(each):
            curves[fit.__name__] = fit(each)
            return curves[fit.__name__]

        return kept

    recipe = replace(recipe, technique=techniques, mixture=[Part("toy", "train", repeat=4)], save_steps=0)
    recipe = replace(recipe, source=[Part("toy", "dev")])
    by_trainer = train(replace(recipe, output=recipe.output / "trainer"), fit=keeping(fit_with_trainer))
    by_loop = train(replace(recipe, output=recipe.output / "loop"), fit=keeping(fit_with_loop))
    assert len(curves["fit_with_loop"]) == 6
    assert curves["fit_with_loop"] == pytest.approx(curves["fit_with_trainer"], abs=1e-6)
    for name, weight in weights(by_loop).items():
        assert torch.allclose(weight, weights(by_trainer)[name], atol=1e-6), name


class Killed(Exception):
    pass


class KilledAt(TokenDropout):
    """A technique that ends the run when a share of its steps is done."""

    at: float = 0.6

    def before_step(self, model, done):
        if done >= self.at:
            raise Killed


@pytest.mark.parametrize("fit", [fit_with_trainer, fit_with_loop], ids=lambda fit: fit.__name__)
def test_a_stopped_run_ends_as_one_that_was_not(recipe, fit):
    recipe = replace(recipe, technique=[TokenDropout(), WeightAveraging(after=0.0)], epochs=4)
    whole = train(replace(recipe, output=recipe.output / "whole"), fit=fit)
    stopped = replace(recipe, output=recipe.output / "stopped")
    object.__setattr__(stopped, "technique", [KilledAt(), WeightAveraging(after=0.0)])
    with pytest.raises(Killed):
        train(stopped, fit=fit)
    assert sorted(path.name for path in stopped.output.glob("checkpoint-*")) == ["checkpoint-6", "checkpoint-8"]
    (stopped.output / "checkpoint-10").mkdir()  # begun when the process was killed
    again = train(replace(recipe, output=stopped.output), fit=fit)
    assert same(weights(whole), weights(again))
    before = (stopped.output / "checkpoint-12" / "techniques.safetensors").stat().st_mtime_ns
    assert same(weights(train(replace(recipe, output=stopped.output), fit=fit)), weights(again))
    assert (stopped.output / "checkpoint-12" / "techniques.safetensors").stat().st_mtime_ns == before


def test_the_source_comes_first_by_plain_fine_tuning(recipe):
    transfer = replace(recipe, source=[Part("toy", "train")], technique=[Sequential(), HeadOnly()])
    found = weights(train(transfer))
    first = load_file(transfer.output / "stage-1" / "checkpoint-2" / "model.safetensors")
    heads = [name for name in found if name.startswith("qa_outputs")]
    assert all(torch.equal(found[name], first[name]) != (name in heads) for name in found)


@pytest.mark.parametrize("technique", [Sequential(), Merge(), Replay(), DarkReplay()], ids=lambda t: t.name)
def test_a_technique_that_reads_the_source_says_that_there_is_none(recipe, technique):
    with pytest.raises(ValueError, match=f"{technique.name} needs examples of the recipe's source"):
        train(replace(recipe, technique=[technique]))


def test_a_run_is_not_gone_on_with_under_another_recipe(recipe):
    made = train(recipe)
    assert train(replace(recipe, save_steps=0)) == made
    with pytest.raises(ValueError, match="a recipe with another epochs and learning_rate"):
        train(replace(recipe, learning_rate=1e-3, epochs=2))


def test_every_architecture_takes_the_dropout_of_a_recipe(architecture, tmp_path):
    architecture[0].save_pretrained(tmp_path)
    model = span_model(
        Recipe(str(tmp_path), tmp_path, [Part("toy", "train")], hidden_dropout=0.4, attention_dropout=0.3)
    )
    found = {each.p for each in model.modules() if isinstance(each, torch.nn.Dropout)}
    said = {value for name, value in model.config.to_dict().items() if "dropout" in name and value}
    assert found >= {0.4} and said >= {0.3, 0.4}


@pytest.mark.parametrize("program", [("qa.training.with_loop",), ("experiments.cli", "train")], ids=lambda p: p[0])
def test_two_processes_share_the_batches_of_a_step(recipe, tmp_path, monkeypatch, program):
    """Two processes with batches of 4 take the steps that one takes with batches of 8, at a rate higher by 2 ** 0.5."""
    monkeypatch.undo()  # the other processes know no toy data
    (tmp_path / "recipe.toml").write_text(f"""
model = "{recipe.model}"
output = "{tmp_path}/two"
batch_size = 4
max_length = 512
learning_rate = 1e-3
hidden_dropout = 0.0
attention_dropout = 0.0
[[mixture]]
dataset = "generated"
split = "train"
limit = 32
""")
    command = [sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2"]
    command += ["-m", *program, str(tmp_path / "recipe.toml")]
    environment = {**os.environ, "ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == [f"{tmp_path}/two/model"]
    changed = "2 processes share each step: 8 windows instead of 4, peak learning rate 0.00141 instead of 0.001"
    assert done.stderr.count(changed) == 1 and changed in (tmp_path / "two" / "model" / "README.md").read_text()
    alone = replace(load_recipe(tmp_path / "recipe.toml"), output=tmp_path / "one")

    def in_pairs(fit):
        """The mean loss of two batches at a time, by one process."""
        batches = list(batch_loader(fit.windows, fit.tokenizer, batch_size=4, epochs=1, seed=fit.seed))
        rate = 2**0.5 * fit.learning_rate
        chosen = optimiser(fit.model, (), learning_rate=rate, weight_decay=fit.weight_decay)
        rate, losses = schedule(chosen, steps=4, warmup=fit.warmup), []
        for one, other in zip(batches[::2], batches[1::2], strict=True):
            value = (span_loss(fit.model, one).value + span_loss(fit.model, other).value) / 2
            value.backward()
            torch.nn.utils.clip_grad_norm_(fit.model.parameters(), MAX_GRADIENT)
            chosen.step()
            rate.step()
            chosen.zero_grad()
            losses.append(value.item())
        assert losses == pytest.approx(curve, abs=5e-3 if has_bfloat16() else 1e-4)
        return losses

    kept = tmp_path / "two" / "checkpoint-4"
    if (kept / "losses.json").is_file():
        curve = json.loads((kept / "losses.json").read_text())
    else:
        curve = [entry["loss"] for entry in json.loads((kept / "trainer_state.json").read_text())["log_history"]]
    assert len(curve) == 4
    start = weights(Path(recipe.model))
    by_one, by_two = weights(train(alone, fit=in_pairs)), weights(tmp_path / "two" / "model")
    assert by_one.keys() == by_two.keys()
    one, two = (torch.cat([(found[name] - start[name]).flatten() for name in start]) for found in (by_one, by_two))
    assert torch.nn.functional.cosine_similarity(one, two, dim=0) > 0.95  # Adam makes much of gradients that are noise
    assert two.norm().item() == pytest.approx(one.norm().item(), rel=0.05)


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
