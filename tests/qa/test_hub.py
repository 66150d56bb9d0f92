import os
import subprocess
import sys

import pytest

from qa.cli import train as train_command
from qa.training.hub import HubError, push, require_publishable
from qa.training.train import train
from tests.hub_stand_in import READS, WRITES, HubStandIn
from tests.qa.test_card import tiny_recipe


@pytest.fixture
def hub(monkeypatch):
    """A stand-in that huggingface_hub takes for the hub, with a token that may write."""
    with HubStandIn() as hub:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
        monkeypatch.setenv("HF_TOKEN", WRITES)
        yield hub


@pytest.fixture
def folder(tmp_path):
    """The folder of a model whose weights are a few bytes."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "model" / "README.md").write_text("---\nlanguage: en\n---\n# Card\n")
    return tmp_path / "model"


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_trained_model_arrives_byte_for_byte(hub, bert, tmp_path):
    folder = train(tiny_recipe(bert, tmp_path))
    assert push(folder, "reader", private=False) == f"{hub.url}/me/reader"
    model = hub.models["me/reader"]
    assert model.files == contents(folder)
    assert {"README.md", "model.safetensors", "config.json", "tokenizer.json"} <= model.files.keys()
    assert (model.private, model.commits) == (False, ["Model and card"])
    assert any(call.startswith("PUT /large/") for call in hub.calls)


def test_pushing_again_brings_what_is_new(hub, folder):
    push(folder, "me/reader", private=True)
    (folder / "README.md").write_text("---\nlanguage: en\n---\n# Card with scores\n")
    push(folder, "me/reader", private=True)
    assert hub.models["me/reader"].private
    assert hub.models["me/reader"].files == contents(folder)
    assert len(hub.models["me/reader"].commits) == 2


def refusal(act):
    """The message of a refusal, which is one line."""
    with pytest.raises(HubError) as caught:
        act()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_token_that_the_hub_does_not_know(hub, folder, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_expired")
    assert "does not know the token" in refusal(lambda: push(folder, "me/reader", private=False))


@pytest.mark.parametrize(("name", "token"), [("someone/reader", WRITES), ("me/reader", READS)])
def test_a_name_that_the_token_may_not_write_to(hub, folder, monkeypatch, name, token):
    monkeypatch.setenv("HF_TOKEN", token)
    assert f"does not let this token write to {name}" in refusal(lambda: push(folder, name, private=False))
    assert hub.models == {}


def test_a_name_that_someone_else_has_taken(hub, folder):
    hub.models["someone/reader"] = None  # it exists, so only uploading is refused
    assert "does not let this token write to someone/reader" in refusal(
        lambda: push(folder, "someone/reader", private=False)
    )


def test_large_files_that_do_not_arrive(hub, folder, monkeypatch):
    monkeypatch.setattr("tests.hub_stand_in.hashlib.sha256", lambda _: type("", (), {"hexdigest": lambda _: ""})())
    message = refusal(lambda: push(folder, "me/reader", private=False))
    assert "does not take me/reader" in message
    assert "the digest is another" in message


def test_no_network(folder, monkeypatch):
    with HubStandIn() as gone:
        pass
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", gone.url)
    monkeypatch.setenv("HF_TOKEN", WRITES)
    message = refusal(lambda: push(folder, "me/reader", private=False))
    assert f"me/reader did not get to {gone.url}" in message
    assert f"the model is in {folder}" in message


def test_what_stands_in_the_way_is_told_before_training(hub, monkeypatch, tmp_path):
    require_publishable("me/reader")
    with pytest.raises(ValueError, match="a/b/c"):
        require_publishable("a/b/c")
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))
    assert "no token" in refusal(lambda: require_publishable("me/reader"))
    (tmp_path / "recipe.toml").write_text(
        f'model = "m"\noutput = "{tmp_path}/run"\n[[mixture]]\ndataset = "x"\nsplit = "y"'
    )
    assert "no token" in refusal(lambda: train_command(tmp_path / "recipe.toml", push_to_hub="me/reader"))


RECIPE = """
model = "{folder}/tiny"
output = "{folder}/run"
max_length = 512
batch_size = 6
save_steps = 1
[[mixture]]
dataset = "generated"
split = "train"
limit = 12
"""


def financeqa_train(recipe, url, *options):
    environment = {**os.environ, "HF_ENDPOINT": url, "HF_TOKEN": WRITES, "HF_HUB_DISABLE_XET": "1"}
    command = [sys.executable, "-m", "experiments.cli", "train", str(recipe), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200)


def test_a_run_that_could_not_publish_does_so_when_it_is_started_again(hub, bert, tmp_path, monkeypatch):
    tiny_recipe(bert, tmp_path)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE.format(folder=tmp_path))
    monkeypatch.setenv("HF_TOKEN", READS)
    refusal(lambda: train_command(recipe, push_to_hub="me/reader"))
    folder = tmp_path / "run" / "model"
    trained = contents(folder)
    step = (tmp_path / "run" / "checkpoint-2" / "techniques.safetensors").stat().st_mtime_ns
    done = financeqa_train(recipe, hub.url, "--push-to-hub", "me/reader", "--private")
    assert done.stdout.splitlines() == [str(folder), f"{hub.url}/me/reader"], done.stderr
    assert hub.models["me/reader"].files == trained
    assert hub.models["me/reader"].private
    assert (tmp_path / "run" / "checkpoint-2" / "techniques.safetensors").stat().st_mtime_ns == step


def test_private_says_how_to_publish(tmp_path):
    done = financeqa_train(tmp_path / "recipe.toml", "http://127.0.0.1:9", "--private")
    assert done.returncode == 2
    assert "add --push-to-hub NAME" in done.stderr
