import pytest
import torch
from transformers import AutoModel, AutoModelForQuestionAnswering

from retrieval.bundled import BUNDLED, ModelError, resolve_model
from retrieval.delta import FILE, load_delta, save_delta


@pytest.fixture(scope="module")
def tuned():
    """The bundled encoder with a span head, a little changed."""
    torch.manual_seed(1)
    model = AutoModelForQuestionAnswering.from_pretrained(resolve_model(BUNDLED))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "layer" in name or "qa_outputs" in name:
                parameter.add_(0.01 * torch.randn_like(parameter))
    return model.eval()


def test_a_delta_gives_the_model_back_but_for_rounding(tuned, tmp_path):
    path = save_delta(tuned, BUNDLED, tmp_path)
    assert path.stat().st_size < 12_000_000
    loaded = load_delta(tmp_path, AutoModelForQuestionAnswering)
    for name, weight in tuned.state_dict().items():
        assert torch.allclose(loaded.state_dict()[name], weight, atol=3e-4), name
    ids = torch.randint(1000, 20_000, (2, 40))
    with torch.no_grad():
        assert torch.allclose(loaded(ids).start_logits, tuned(ids).start_logits, atol=0.05)


def test_a_damaged_or_missing_delta_is_refused(tuned, tmp_path):
    with pytest.raises(ModelError, match="does not exist"):
        load_delta(tmp_path, AutoModelForQuestionAnswering)
    save_delta(tuned, BUNDLED, tmp_path)
    data = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(data[:1000])
    with pytest.raises(ModelError, match="damaged"):
        load_delta(tmp_path, AutoModelForQuestionAnswering)


def test_a_bare_encoder_comes_back_too(tuned, tmp_path):
    encoder = tuned.base_model
    save_delta(encoder, BUNDLED, tmp_path)
    loaded = load_delta(tmp_path, AutoModel).state_dict()
    for name, weight in encoder.state_dict().items():
        assert torch.allclose(loaded[name], weight, atol=3e-4), name
