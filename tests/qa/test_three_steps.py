import shutil

import pytest
import torch
import transformers
from transformers import pipeline
from typer.testing import CliRunner

import qa.pipeline  # noqa: F401 (gives `question-answering` back)
from experiments.cli import app
from qa.reader import SHIPPED
from qa.three_steps.run import TASKS, load, show
from retrieval.bundled import BUNDLED, ModelError
from tests.qa.conftest import build

TEXT = "Revenue rose by 5% to $1,234.5 million, the Müller plant in Köln makes lamps; costs fell."
LONG = " ".join([TEXT] * 20)
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
LABELS = {0: "O", 1: "B-ORG", 2: "I-ORG", 3: "I-MONEY"}


def make(name):
    """(model, tokenizer) with random weights: a BERT with a head, a GPT-2 or a T5."""
    _, tokenizer = build("modernbert" if name in ("gpt2", "t5") else "bert")
    torch.manual_seed(3)
    if name == "gpt2":
        config = transformers.GPT2Config(
            vocab_size=len(tokenizer), n_embd=32, n_layer=2, n_head=2, n_positions=512, bos_token_id=0, eos_token_id=2
        )
        model = transformers.GPT2LMHeadModel(config)
    elif name == "t5":
        config = transformers.T5Config(
            vocab_size=len(tokenizer),
            d_model=32,
            d_kv=16,
            d_ff=48,
            num_layers=2,
            num_heads=2,
            pad_token_id=1,
            eos_token_id=2,
            decoder_start_token_id=1,
        )
        model = transformers.T5ForConditionalGeneration(config)
    else:
        labels = LABELS if name == "TokenClassification" else {0: "negative", 1: "neutral", 2: "positive"}
        config = transformers.BertConfig(
            vocab_size=len(tokenizer), max_position_embeddings=512, id2label=labels, **SMALL
        )
        model = getattr(transformers, f"BertFor{name}")(config)
    with torch.no_grad():
        for parameter in model.parameters():  # spread the logits, so that orders do not depend on rounding
            if parameter.dim() == 2:
                parameter.mul_(4)
    return model.eval(), tokenizer


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a saved model by its name, made when first asked for."""
    root = tmp_path_factory.mktemp("models")

    def saved(name):
        if not (root / name).is_dir():
            model, tokenizer = build("bert") if name == "QuestionAnswering" else make(name)
            model.save_pretrained(root / name)
            tokenizer.save_pretrained(root / name)
        return str(root / name)

    return saved


def close(one, two):
    """Whether two lists of answers are the same, but for the last digits of scores."""
    assert len(one) == len(two) > 0
    for a, b in zip(one, two, strict=True):
        assert a.keys() == b.keys()
        assert {k: v for k, v in a.items() if k != "score"} == {k: v for k, v in b.items() if k != "score"}
        assert a.get("score", 0) == pytest.approx(b.get("score", 0), abs=1e-5)
    return True


def steps(task, name, *texts, **options):
    model, tokenizer = load(task, name)
    return model, tokenizer, TASKS[task].steps(model, tokenizer, *texts, **options)


@pytest.mark.parametrize("context", [TEXT, LONG])
def test_question_answering_is_what_the_pipeline_does(context, folder):
    model, tokenizer, found = steps("question-answering", folder("QuestionAnswering"), "What rose?", context)
    pipe = pipeline("question-answering", model=model, tokenizer=tokenizer)
    assert close(found.answer, [pipe(question="What rose?", context=context)])


@pytest.mark.parametrize("problem", [None, "regression", "multi_label_classification"])
def test_text_classification_is_what_the_pipeline_does(problem, folder):
    model, tokenizer = load("text-classification", folder("SequenceClassification"))
    model.config.problem_type = problem
    found = TASKS["text-classification"].steps(model, tokenizer, TEXT)
    assert close(found.answer, pipeline("text-classification", model=model, tokenizer=tokenizer)(TEXT, top_k=None))


def test_token_classification_is_what_the_pipeline_does(folder):
    model, tokenizer, found = steps("token-classification", folder("TokenClassification"), f"{TEXT} €")
    pipe = pipeline("token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="simple")
    assert close(found.answer, pipe(f"{TEXT} €"))
    assert {each["entity_group"] for each in found.answer} == {"ORG", "MONEY"}
    assert any(" " in TEXT[each["start"] : each["end"]] for each in found.answer)  # some have several tokens


def test_text_generation_is_what_the_pipeline_does(folder):
    model, tokenizer, found = steps("text-generation", folder("gpt2"), TEXT, max_new_tokens=12)
    pipe = pipeline("text-generation", model=model, tokenizer=tokenizer, do_sample=False, max_new_tokens=12)
    assert close(found.answer, pipe(TEXT)) and len(found.answer[0]["generated_text"]) > len(TEXT)


def test_summarization_is_what_generate_does(folder):
    """transformers has no pipeline for it any more."""
    model, tokenizer, found = steps("summarization", folder("t5"), TEXT, max_new_tokens=12)
    sequence = model.generate(**tokenizer(TEXT, return_tensors="pt"), do_sample=False, max_new_tokens=12)
    assert found.answer == [{"summary_text": tokenizer.decode(sequence[0], skip_special_tokens=True)}]
    model.config.task_specific_params = {"summarization": {"prefix": "summarize: "}}
    prefixed = TASKS["summarization"].steps(model, tokenizer, TEXT, max_new_tokens=12)
    assert len(prefixed.steps[0].values[0].text) > len(found.steps[0].values[0].text)


def test_writing_ends_with_the_end_token(folder):
    model, tokenizer = load("text-generation", folder("gpt2"))
    whole = TASKS["text-generation"].steps(model, tokenizer, TEXT, max_new_tokens=12)
    third = int(whole.steps[2].values[0].text.split()[2])
    model.generation_config.eos_token_id = third
    ended = TASKS["text-generation"].steps(model, tokenizer, TEXT, max_new_tokens=12)
    assert ended.steps[2].values[0].text.split()[-1] == str(third)
    assert ended.steps[2].values[0].shape[0] <= 3 < whole.steps[2].values[0].shape[0]


@pytest.mark.parametrize(
    ("task", "name", "shapes"),
    [
        ("text-classification", "SequenceClassification", ["hidden states    [1, {}, 32]", "logits           [1, 3]"]),
        ("token-classification", "TokenClassification", ["logits           [1, {}, 4]", "offset_mapping   [1, {}, 2]"]),
        ("text-generation", "gpt2", ["input_ids        [1, {}]", "logits           [1, {vocabulary}]"]),
        ("summarization", "t5", ["input_ids        [1, {}]", "logits           [1, {vocabulary}]"]),
    ],
)
def test_steps_are_shown_with_their_shapes(task, name, shapes, folder):
    result = CliRunner().invoke(app, ["pipeline", task, folder(name), TEXT, TEXT, "--max-new-tokens", "5"])
    assert result.exit_code == 0, result.output
    _, tokenizer = load(task, folder(name))
    for shape in shapes:
        filled = shape.format(len(tokenizer(TEXT)["input_ids"]), vocabulary=len(tokenizer))
        assert result.output.count(filled) == 2  # once a text
    assert [result.output.count(f"\n{number}  ") for number in (1, 2, 3, 4)] == [2, 2, 2, 0]


def test_a_packaged_reader_is_shown_by_its_name():
    lines = list(show("question-answering", SHIPPED, ["Where?", "Larkfield makes lamps in Duluth."], max_new_tokens=1))
    assert "Duluth" in lines[-1] and lines[0].startswith("question-answering: BertForQuestionAnswering, 22,566,146")


@pytest.mark.parametrize(
    ("task", "name", "message"),
    [
        (
            "text-classification",
            "QuestionAnswering",
            "saved as BertForQuestionAnswering, whose head is for question-answering",
        ),
        (
            "text-generation",
            "SequenceClassification",
            "saved as BertForSequenceClassification, whose head is for text-cl",
        ),
        ("text-generation", "MaskedLM", "saved as BertForMaskedLM, whose head, if any, is for none of"),
        ("summarization", "gpt2", "saved as GPT2LMHeadModel, whose head is for text-generation"),
        ("token-classification", "t5", "saved as T5ForConditionalGeneration, whose head is for summarization"),
        ("question-answering", "TokenClassification", "has no trained span head"),
    ],
)
def test_a_head_for_another_task_is_told(task, name, message, folder):
    with pytest.raises(ModelError, match=message):
        load(task, folder(name))


def test_wrong_use_is_told(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    name = folder("SequenceClassification")
    with pytest.raises(ValueError, match="unknown task 'translation'; tasks are question-answering, text-cl"):
        list(show("translation", name, [TEXT], max_new_tokens=1))
    with pytest.raises(ValueError, match="a text is empty"):
        list(show("text-classification", name, [TEXT, " "], max_new_tokens=1))
    with pytest.raises(ValueError, match="takes a question and a text to read"):
        list(show("question-answering", folder("QuestionAnswering"), [TEXT], max_new_tokens=1))
    with pytest.raises(ModelError, match="does not fit summarization: its head is for question-answering"):
        load("summarization", SHIPPED)
    with pytest.raises(ModelError, match="does not fit text-classification: it was saved as BertModel"):
        load("text-classification", BUNDLED)
    for task in ("text-classification", "question-answering"):
        with pytest.raises(ModelError, match=r"no (model|reader) at '.*nosuch'"):
            load(task, str(tmp_path / "nosuch"))
    shutil.copytree(name, tmp_path / "bare", ignore=shutil.ignore_patterns("tokenizer*"))
    with pytest.raises(ModelError, match="has no tokenizer"):
        load("text-classification", str(tmp_path / "bare"))


def test_a_text_longer_than_the_model_reads_is_told(folder):
    with pytest.raises(ValueError, match="the text is longer than"):
        list(show("text-generation", folder("gpt2"), [LONG * 3], max_new_tokens=1))
