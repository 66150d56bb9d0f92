"""Every technique on every architecture: trained, finished, saved, read again, the same logits."""

import random
from copy import deepcopy

import pytest
import torch
from pydantic import TypeAdapter, ValidationError
from torch.distributions import Categorical, kl_divergence

from qa.data.generated import generated_examples
from qa.data.squad_form import Example
from qa.finished_model import load_finished, save_finished
from qa.reader import Reader
from qa.techniques.adversarial import Adversarial
from qa.techniques.anatomy import depth, head_modules, layers
from qa.techniques.bitfit import BitFit
from qa.techniques.boundary_smoothing import BoundarySmoothing
from qa.techniques.dark_replay import DarkReplay
from qa.techniques.distillation import Distillation
from qa.techniques.domain_adaptation import DomainAdaptation
from qa.techniques.dora import DoRA
from qa.techniques.freeze import Freeze
from qa.techniques.gradual_unfreezing import GradualUnfreezing
from qa.techniques.head_only import HeadOnly
from qa.techniques.header_dropout import HeaderDropout, header_of
from qa.techniques.ia3 import IA3
from qa.techniques.interpolation import Interpolation
from qa.techniques.known import AnyTechnique
from qa.techniques.l2_sp import L2SP
from qa.techniques.layerwise_decay import LayerwiseDecay
from qa.techniques.lora import LoRA
from qa.techniques.merge import Merge
from qa.techniques.prefix import Prefix
from qa.techniques.r_drop import RDrop
from qa.techniques.reinitialise import Reinitialise
from qa.techniques.replay import Replay
from qa.techniques.sequential import Sequential
from qa.techniques.soup import Soup
from qa.techniques.technique import Setting, Stage, span_loss
from qa.techniques.token_dropout import TokenDropout
from qa.techniques.top_layers import TopLayers
from qa.techniques.weight_averaging import WeightAveraging
from qa.training.batches import batch_loader, labelled_windows
from qa.training.fit import Fit
from qa.training.with_loop import fit_with_loop

SOURCE = [example for example in generated_examples("dev") if example.answerable][:12]


def dark_replay(**knobs):
    """With a memory, as a run gives it one."""
    technique = DarkReplay(**{"examples": 8, **knobs})
    technique.stages([], SOURCE, random.Random(1))
    return technique


TECHNIQUES = [
    [],
    [Adversarial()],
    [BitFit()],
    [BoundarySmoothing()],
    [dark_replay()],
    [Distillation(ensemble=2)],
    [DomainAdaptation(texts="generated", windows=8, tokens=32)],
    [DoRA(rank=2)],
    [Freeze(part="embeddings")],
    [Freeze(part="words")],
    [GradualUnfreezing()],
    [HeadOnly()],
    [IA3()],
    [Interpolation(keep=0.4)],
    [L2SP()],
    [LayerwiseDecay()],
    [LoRA(rank=2)],
    [Prefix(tokens=3)],
    [RDrop()],
    [Reinitialise()],
    [TokenDropout()],
    [TopLayers(count=1)],
    [WeightAveraging(after=0.0)],
    [WeightAveraging(decay=0, after=0.3)],
    [Interpolation(), LoRA(rank=2), RDrop(), WeightAveraging(after=0.0)],
]
REFUSED = {("prefix", kind) for kind in ("deberta-v2", "distilbert", "modernbert")} | {("bitfit", "modernbert")}


def name_of(techniques):
    return "+".join(t.name for t in techniques) or "full"


def windows_of(tokenizer):
    return labelled_windows(tokenizer, list(generated_examples("train"))[:8], max_length=160, stride=16)


def fit_of(model, tokenizer, folder, techniques=(), **changes):
    settings = {"batch_size": 2, "epochs": 1, "learning_rate": 1e-3, "weight_decay": 0.01, "warmup": 0.1, "seed": 3}
    settings |= {"save_steps": 0} | changes
    return Fit(model, tokenizer, windows_of(tokenizer), folder, techniques=techniques, **settings)


def setting_of(tokenizer, folder):
    def train(model, seed):
        fit_with_loop(fit_of(model, tokenizer, folder / f"seed-{seed}", seed=seed))

    return Setting(folder, tokenizer, train, 3, 4, 160, 16)


def trained(architecture, techniques, folder):
    """The finished model, and the one that was trained before it was finished."""
    model, tokenizer = deepcopy(architecture[0]), architecture[1]
    for technique in techniques:
        model = technique.prepare(model, setting_of(tokenizer, folder))
    fit_with_loop(fit_of(model, tokenizer, folder, techniques))
    for technique in reversed(techniques):
        model = technique.finish(model)
    return model.eval(), tokenizer


def logits(model, tokenizer):
    rows = windows_of(tokenizer).select(range(2)).remove_columns(["length", "start_positions", "end_positions"])
    batch = tokenizer.pad([rows[i] for i in range(2)], return_tensors="pt")
    with torch.inference_mode():
        output = model(**batch)
    return output.start_logits, output.end_logits


@pytest.mark.parametrize("techniques", TECHNIQUES, ids=name_of)
def test_what_was_trained_is_what_is_read_again(architecture, techniques, tmp_path):
    before = {name: each.clone() for name, each in architecture[0].named_parameters()}
    kind = architecture[0].config.model_type
    if (name_of(techniques), kind) in REFUSED:
        with pytest.raises(ValueError, match=f"{name_of(techniques)}: {kind} "):
            trained(architecture, deepcopy(techniques), tmp_path)
        return
    model, tokenizer = trained(architecture, deepcopy(techniques), tmp_path)
    save_finished(model, tmp_path / "model")
    tokenizer.save_pretrained(str(tmp_path / "model"))
    reader = Reader.from_pretrained(tmp_path / "model")
    for own, again in zip(logits(model, tokenizer), logits(reader.model, tokenizer), strict=True):
        assert torch.allclose(own, again, atol=1e-5)
    assert not torch.equal(logits(model, tokenizer)[0], logits(architecture[0], tokenizer)[0])
    assert all(torch.equal(each, before[name]) for name, each in architecture[0].named_parameters())


@pytest.mark.parametrize("technique", [LoRA(rank=2), DoRA(rank=2), IA3()], ids=lambda t: t.name)
def test_an_adapter_in_the_weights_says_what_it_said_beside_them(architecture, technique, tmp_path):
    model, tokenizer = deepcopy(architecture[0]), architecture[1]
    model = technique.prepare(model, setting_of(tokenizer, tmp_path))
    fit_with_loop(fit_of(model, tokenizer, tmp_path, [technique], learning_rate=0.01))
    beside = logits(model.eval(), tokenizer)
    names = set(dict(technique.finish(model).named_parameters()))
    assert names == set(dict(architecture[0].named_parameters()))
    for own, merged in zip(beside, logits(model, tokenizer), strict=True):
        assert torch.allclose(own, merged, atol=1e-4)


def changed(bert, techniques, tmp_path):
    """The names of what training changed, without the architecture's prefix."""
    model, _ = trained(bert, techniques, tmp_path)
    old = dict(bert[0].named_parameters())
    return {name.removeprefix("bert.") for name, each in model.named_parameters() if not torch.equal(each, old[name])}


@pytest.mark.parametrize(
    ("technique", "wanted"),
    [
        (HeadOnly(), lambda name: name.startswith("qa_outputs")),
        (BitFit(), lambda name: name.startswith("qa_outputs") or name.endswith("bias")),
        (TopLayers(count=1), lambda name: name.startswith(("qa_outputs", "encoder.layer.1."))),
        (Freeze(part="words"), lambda name: "word_embeddings" not in name),
        (Freeze(part="embeddings"), lambda name: not name.startswith("embeddings")),
        (LoRA(rank=2), lambda name: name.startswith("qa_outputs") or (".layer." in name and "LayerNorm" not in name)),
        (IA3(), lambda name: name.startswith("qa_outputs") or "key" in name or "value" in name or "output" in name),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_only_what_a_technique_says_is_trained(bert, technique, wanted, tmp_path):
    found = changed(bert, [technique], tmp_path)
    assert found and all(map(wanted, found))


def test_layers_thaw_from_the_top_and_all_have_by_the_time_said(bert):
    model = deepcopy(bert[0])
    technique = GradualUnfreezing(over=0.5)
    seen = []
    for done in (0.0, 0.13, 0.3, 0.5):
        technique.before_step(model, done)
        seen.append({depth(name, model) for name, each in model.named_parameters() if each.requires_grad})
    assert seen == [{3}, {2, 3}, {1, 2, 3}, {0, 1, 2, 3}]
    rates = [technique.rate(name, model) for name in ("qa_outputs.weight", "bert.encoder.layer.1.output.dense.bias")]
    assert rates == pytest.approx([1, 1 / 2.6])


def test_the_parts_of_every_architecture_are_found(architecture):
    model, _ = architecture
    depths = {name: depth(name, model) for name, _ in model.named_parameters()}
    assert len(layers(model)) == 2 and set(depths.values()) == {0, 1, 2, 3}
    heads = {name.split(".")[0] for name, each in depths.items() if each == 3}
    assert heads == set(head_modules(model))


def test_an_average_is_that_of_the_steps(bert):
    model = deepcopy(bert[0])
    even, moving = WeightAveraging(decay=0, after=0.0), WeightAveraging(decay=0.9, after=0.0)
    for technique in (even, moving):
        technique.prepare(model, None)
    weight = model.qa_outputs.bias
    for value in (1.0, 2.0, 6.0):
        with torch.no_grad():
            weight.fill_(value)
        for technique in (even, moving):
            technique.after_step(model, 1.0)
    restored = WeightAveraging(decay=0, after=0.0)
    restored.load_state(even.state())
    assert restored.finish(deepcopy(model)).qa_outputs.bias.tolist() == pytest.approx([3.0, 3.0])
    assert moving.finish(model).qa_outputs.bias.tolist() == pytest.approx([0.9 * (0.9 * 1 + 0.1 * 2) + 0.1 * 6] * 2)


def test_a_way_back_to_the_start_and_to_another_model(bert, tmp_path):
    start, _ = bert
    model = deepcopy(start)
    back = Interpolation(keep=0.3)
    back.prepare(model, None)
    with torch.no_grad():
        for each in model.parameters():
            each.add_(1.0)
    save_finished(model, tmp_path / "other")
    back.finish(model)
    for name, each in model.named_parameters():
        assert torch.allclose(each, start.get_parameter(name) + 0.7, atol=1e-5), name
    mixed = Soup(folder=tmp_path / "other", share=0.5).finish(deepcopy(start))
    for name, each in mixed.named_parameters():
        assert torch.allclose(each, start.get_parameter(name) + 0.5, atol=1e-5), name
    with pytest.raises(RuntimeError, match="holds no finished model"):
        load_finished(tmp_path / "none")


def batch_of(tokenizer):
    return dict(next(iter(batch_loader(windows_of(tokenizer), tokenizer, batch_size=4, epochs=1, seed=1))))


def test_the_spring_pulls_by_half_its_strength_times_the_squared_distance(bert):
    model, tokenizer = deepcopy(bert[0]), bert[1]
    technique = L2SP(strength=0.5)
    technique.prepare(model, None)
    loss, batch = technique.loss(span_loss), batch_of(tokenizer)
    assert loss(model, batch).value.item() == pytest.approx(span_loss(model, batch).value.item())
    with torch.no_grad():
        model.get_input_embeddings().weight.add_(0.01)
        model.qa_outputs.bias.add_(5.0)
    extra = 0.5 / 2 * 0.01**2 * model.get_input_embeddings().weight.numel()
    assert (loss(model, batch).value - span_loss(model, batch).value).item() == pytest.approx(extra, rel=1e-3)


def test_without_dropout_two_passes_agree_and_with_it_they_do_not(bert):
    model, batch = deepcopy(bert[0]), batch_of(bert[1])
    loss = RDrop(strength=10).loss(span_loss)
    assert loss(model.eval(), batch).value.item() == pytest.approx(span_loss(model, batch).value.item(), rel=1e-5)
    torch.manual_seed(1)
    apart = loss(model.train(), batch).value.item()
    torch.manual_seed(1)
    mean = (span_loss(model, batch).value + span_loss(model, batch).value).item() / 2
    torch.manual_seed(1)
    one, other = span_loss(model, batch), span_loss(model, batch)
    pull = sum(
        kl_divergence(Categorical(logits=first), Categorical(logits=second)).mean().item()
        for mine, its in ((one.start_logits, other.start_logits), (one.end_logits, other.end_logits))
        for first, second in ((mine, its), (its, mine))
    )
    assert apart - mean == pytest.approx(10 * pull / 4, rel=1e-3) and pull > 0


@pytest.mark.parametrize("techniques", [[], [Freeze(part="embeddings")]], ids=name_of)
def test_the_loss_grows_where_the_words_are_moved_to(bert, techniques):
    model, batch = deepcopy(bert[0]).eval(), batch_of(bert[1])
    for technique in techniques:
        technique.prepare(model, None)
    attacked, plain = Adversarial(size=0.5).loss(span_loss)(model, batch), span_loss(model, batch)
    assert attacked.value.item() > plain.value.item()
    attacked.value.backward()
    assert not model.get_input_embeddings()._forward_hooks


def test_the_move_is_as_long_as_said_in_each_window(bert):
    model, batch, seen = deepcopy(bert[0]).eval(), batch_of(bert[1]), []

    def watching(model, batch):
        inner = model.bert.embeddings.LayerNorm.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        try:
            return span_loss(model, batch)
        finally:
            inner.remove()

    Adversarial(size=0.5).loss(watching)(model, batch)
    move = (seen[1] - seen[0]).detach()
    assert move.flatten(1).norm(dim=1).tolist() == pytest.approx([0.5] * 4, rel=1e-3)


@pytest.mark.parametrize("smoothed_first", [True, False])
def test_smoothing_leaves_what_other_techniques_add_to_the_loss(bert, smoothed_first):
    model, batch = deepcopy(bert[0]).eval(), batch_of(bert[1])
    spring, smoothing = L2SP(strength=100.0), BoundarySmoothing()
    spring.prepare(model, None)
    with torch.no_grad():
        model.get_input_embeddings().weight.add_(0.01)

    def loss(*techniques):
        found = span_loss
        for technique in techniques:
            found = technique.loss(found)
        return found(model, batch).value.item()

    extra = loss(spring) - loss()
    both = loss(smoothing, spring) if smoothed_first else loss(spring, smoothing)
    assert extra > 1 and both == pytest.approx(loss(smoothing) + extra, rel=1e-4)


def test_lower_layers_learn_more_slowly(bert):
    model, technique = bert[0], LayerwiseDecay(decay=0.5)
    names = ("qa_outputs.weight", "bert.encoder.layer.1.output.dense.bias", "bert.encoder.layer.0.output.dense.bias")
    rates = [technique.rate(name, model) for name in (*names, "bert.embeddings.word_embeddings.weight")]
    assert rates == [1, 0.5, 0.25, 0.125]


def test_the_top_starts_anew_and_what_is_below_stays(bert):
    model = Reinitialise(count=1).prepare(deepcopy(bert[0]), None)
    old = dict(bert[0].named_parameters())
    anew = {name for name, each in model.named_parameters() if not torch.equal(each, old[name])}
    assert anew and all(name.startswith("bert.encoder.layer.1.") for name in anew)
    drawn = model.bert.encoder.layer[1].output.dense.weight
    assert drawn.std().item() == pytest.approx(model.config.initializer_range, rel=0.1)


def test_reading_filings_changes_the_encoder_and_not_the_head(bert, tmp_path):
    technique = DomainAdaptation(texts="generated", windows=8, tokens=32)
    model = technique.prepare(deepcopy(bert[0]), setting_of(bert[1], tmp_path))
    old = dict(bert[0].named_parameters())
    learned = {name for name, each in model.named_parameters() if not torch.equal(each, old[name])}
    assert "bert.encoder.layer.0.attention.self.query.weight" in learned
    assert not any(name.startswith("qa_outputs") for name in learned)


def test_with_a_prefix_the_encoder_stays_as_it_is(bert, tmp_path):
    technique = Prefix(tokens=3)
    model = technique.prepare(deepcopy(bert[0]), setting_of(bert[1], tmp_path))
    trained = [name for name, each in model.named_parameters() if each.requires_grad]
    assert trained and all("prompt_encoder" in name or "qa_outputs" in name for name in trained)


def test_smoothed_labels_sum_to_one_and_no_answer_stays_certain():
    technique = BoundarySmoothing(share=0.2, reach=2)
    logits = torch.randn(3, 9)
    logs = logits.log_softmax(dim=-1)
    wanted = -(
        logs[0, 0]
        + (0.8 * logs[1, 4] + 0.05 * (logs[1, 2] + logs[1, 3] + logs[1, 5] + logs[1, 6]))
        + (0.8 * logs[2, 1] + 0.1 * (logs[2, 2] + logs[2, 3]))
    )
    assert technique.cross_entropy(logits, torch.tensor([0, 4, 1])).item() == pytest.approx(wanted.item() / 3)


def test_hidden_tokens_are_words(bert):
    model, tokenizer = bert
    technique = TokenDropout(share=0.25)
    technique.prepare(model, setting_of(tokenizer, None))
    batch = batch_of(tokenizer)
    torch.manual_seed(1)
    mask = technique.hidden(batch)
    special = torch.isin(batch["input_ids"], torch.tensor(tokenizer.all_special_ids))
    assert torch.equal(mask[special], batch["attention_mask"][special])
    words = (batch["attention_mask"] == 1) & ~special
    assert 0.15 < 1 - mask[words].float().mean().item() < 0.35


def test_with_all_say_a_teacher_equal_to_the_student_leaves_no_loss(bert, tmp_path):
    model, tokenizer = deepcopy(bert[0]).eval(), bert[1]
    save_finished(model, tmp_path / "teacher")
    technique = Distillation(teachers=(str(tmp_path / "teacher"),), share=1.0)
    technique.prepare(model, setting_of(tokenizer, tmp_path))
    assert technique.loss(span_loss)(model, batch_of(tokenizer)).value.item() == pytest.approx(0, abs=1e-6)


def test_an_ensemble_is_trained_once_for_a_folder(bert, tmp_path):
    setting = setting_of(bert[1], tmp_path)
    Distillation(ensemble=2).prepare(deepcopy(bert[0]), setting)
    made = sorted(tmp_path.glob("teacher-*/model.safetensors"))
    times = [path.stat().st_mtime_ns for path in made]
    Distillation(ensemble=2).prepare(deepcopy(bert[0]), setting)
    assert len(made) == 2 and times == [path.stat().st_mtime_ns for path in made]


def test_transfer_lays_out_source_and_target():
    source, target = list(generated_examples("dev"))[:40], list(generated_examples("train"))[:8]
    stage, draw = Stage(target, 2, 1e-4), random.Random(1)
    first, last = Sequential(epochs=3, learning_rate=1e-3).stages([stage], source, draw)
    assert first == Stage(source, 3, 1e-3) and last == stage
    (merged,) = Merge(repeat=3).stages([stage], source, draw)
    assert len(merged.examples) == 3 * 8 + 40 and len({e.id for e in merged.examples}) == 64
    (replayed,) = Replay(share=0.5).stages([stage], source, draw)
    assert len(replayed.examples) == 12 and set(target) < set(replayed.examples)


def test_headers_are_dropped_or_exchanged_and_answers_stay_where_they_are():
    examples = [
        Example(
            f"{n}",
            "g",
            "Q?",
            f"Acme {n} | 10-K\nRevenue: 2020 {n}5",
            (f"{n}5",),
            (len(f"Acme {n} | 10-K\nRevenue: 2020 "),),
            "s",
        )
        for n in range(200)
    ]
    plain = Example("p", "g", "Q?", "Revenue: 5", ("5",), (9,), "s")
    (stage,) = HeaderDropout(share=0.5).stages([Stage([*examples, plain], 1, 1e-4)], [], random.Random(1))
    found = [header_of(example) for example in stage.examples[:200]]
    own = [header_of(example) for example in examples]
    assert 30 < found.count("") < 70
    assert 30 < sum(header not in ("", mine) for header, mine in zip(found, own, strict=True)) < 70
    assert all(e.context[e.starts[0] :].startswith(e.answers[0]) for e in stage.examples)
    assert stage.examples[-1] == plain


def test_too_many_layers_are_refused(bert):
    for technique in (TopLayers(count=2), Reinitialise(count=3)):
        with pytest.raises(ValueError, match="the encoder has 2 layers"):
            technique.prepare(deepcopy(bert[0]), None)


def test_a_technique_is_read_by_its_name():
    reading = TypeAdapter(AnyTechnique)
    assert reading.validate_python({"name": "lora", "rank": 4}) == LoRA(rank=4)
    with pytest.raises(ValidationError, match="rank"):
        reading.validate_python({"name": "lora", "rank": 0})
    with pytest.raises(ValidationError, match="does not match any of the expected tags"):
        reading.validate_python({"name": "lorra"})


def test_dark_replay_holds_the_model_to_what_the_start_said(bert, tmp_path):
    rows = labelled_windows(bert[1], SOURCE, max_length=160, stride=16)
    batch = dict(next(iter(batch_loader(rows, bert[1], batch_size=12, epochs=1, seed=1))))
    said = span_loss(deepcopy(bert[0]).eval(), batch)

    def moved(techniques, folder):
        model, _ = trained(bert, techniques, tmp_path / folder)
        found = span_loss(model, batch)
        return (found.start_logits - said.start_logits).abs().mean().item()

    free, held = moved([], "free"), moved([dark_replay(weight=1000.0, share=4.0)], "held")
    assert held < free


def test_dark_replay_goes_on_where_it_stopped(bert, tmp_path):
    first, again = dark_replay(share=0.75), dark_replay(share=0.75)
    for technique in (first, again):
        technique.prepare(deepcopy(bert[0]), setting_of(bert[1], tmp_path))
    drawn = [first._next() for _ in range(5)]
    assert all(set(batch) <= {"input_ids", "attention_mask", "token_type_ids"} for batch in drawn)
    assert sorted(len(batch["input_ids"]) for batch in drawn[:3]) == [2, 3, 3]
    state = first.state()
    again.load_state(state)
    assert torch.equal(first._next()["input_ids"], again._next()["input_ids"])
