import pytest
import torch

from experiments.studies.tokenizers import STUDY
from experiments.study.tiny import tiny_reader
from experiments.study.tokenization import CHANGES, measure, save_start
from qa.data.generated import COMPANIES, generated_examples
from qa.data.squad_form import Example
from qa.features import encode_windows, label_positions
from qa.reader import Reader
from qa.training.recipe import Part, Recipe
from qa.training.train import train
from qa.training.with_loop import fit_with_loop
from qa.vocabulary.fertility import fertility
from qa.vocabulary.numbers import SHAPES, digits_apart, numbers_as_slots
from qa.vocabulary.trained import trained_on
from qa.vocabulary.words import split_words, with_words

TEXT = "Revenue was $1,234.5 million in 2022, Café costs (56)% and amortization 12,000,000."
TEXTS = [example.context for example in generated_examples("dev")] + [TEXT]
ODD = "Café Zoë paid $1,234.5 million in Q3 2022, (3.25)% more; 1,234,567,890,123.45678 shares, and ümlaut costs."


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return tiny_reader(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def wordpiece(tiny):
    return Reader.from_pretrained(tiny).tokenizer


def tokens(tokenizer, text):
    """Each token with the characters that it points at."""
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    return [
        (token, text[start:end])
        for token, (start, end) in zip(encoded.tokens(), encoded["offset_mapping"], strict=True)
    ]


@pytest.mark.parametrize("name", CHANGES)
def test_labelled_answers_are_the_characters_that_were_labelled(wordpiece, name):
    tokenizer = CHANGES[name](wordpiece, TEXTS).tokenizer
    odd = [
        Example(answer, "odd", "How much?", ODD, (answer,), (ODD.index(answer),), "odd")
        for answer in ("Café Zoë", "$1,234.5 million", "2022", "(3.25)%", "1,234,567,890,123.45678 shares", "ümlaut")
    ]
    examples = [*generated_examples("train"), *odd]
    windows = encode_windows(
        tokenizer,
        [e.question for e in examples],
        [e.context for e in examples],
        max_length=60,
        stride=16,
        max_question_tokens=24,
    )
    labelled = set()
    for window in windows:
        example = examples[window.pair]
        places = label_positions(window, example.starts[0], example.starts[0] + len(example.answers[0]))
        if places is not None:
            first, last = (window.offsets[place] for place in places)
            assert example.context[first[0] : last[1]] == example.answers[0]
            labelled.add(window.pair)
    assert len(windows) > len(examples)
    assert labelled == set(range(len(examples)))


@pytest.mark.parametrize("name", CHANGES)
def test_a_finished_model_is_read_again_with_its_tokenizer(tiny, tmp_path, name):
    changed = save_start(tiny, CHANGES[name], TEXTS, tmp_path / "start")
    trained = []

    def kept(fit):
        trained.append(Reader(fit.model, fit.tokenizer))
        return fit_with_loop(fit)

    recipe = Recipe(
        model=str(tmp_path / "start"), output=tmp_path / "run", mixture=[Part("generated", "train", limit=16)],
        held_out=list(COMPANIES[:2]), learning_rate=1e-2, save_steps=0,
    )  # fmt: skip
    again = Reader.from_pretrained(train(recipe, fit=kept))
    assert tokens(again.tokenizer, ODD) == tokens(changed.tokenizer, ODD)
    asked = [example for example in generated_examples("train") if example.group in COMPANIES[:2]]
    questions, contexts = [e.question for e in asked], [e.context for e in asked]
    trained[-1].model.eval()
    assert again.read_each(questions, contexts) == trained[-1].read_each(questions, contexts)


def test_every_digit_is_a_token(wordpiece):
    found = tokens(digits_apart(wordpiece).tokenizer, "In 2022 $1,234.5 million, Q3.")
    assert [token for token, _ in found if token[-1].isdigit()] == list("2022123453")
    assert all(token == shown.lower() for token, shown in found)


def test_a_number_is_one_token_that_points_at_all_of_it(wordpiece):
    tokenizer = numbers_as_slots(wordpiece).tokenizer
    found = [(token, shown) for token, shown in tokens(tokenizer, TEXT) if token in SHAPES]
    assert found == [("0,000.0", "1,234.5"), ("0000", "2022"), ("00", "56"), ("00,000,000", "12,000,000")]
    same = TEXT.replace("1,234.5", "9,876.1").replace("2022", "1999")
    assert tokenizer(same)["input_ids"] == tokenizer(TEXT)["input_ids"]


def test_added_words_are_whole_and_common_ones_come_first(wordpiece):
    texts = ["amortization of goodwill", "amortization and impairments", "revenue revenue", "xq zzyx zzyx zzyx"]
    words = split_words(wordpiece, texts, 3)
    assert words[0] == "amortization" and len(words) == 3 and "revenue" not in words
    tokenizer = with_words(wordpiece, ["amortization"]).tokenizer
    assert ("amortization", "Amortization") in tokens(tokenizer, "Amortization fell.")
    assert tokens(tokenizer, "reamortizations") == tokens(wordpiece, "reamortizations")


def test_training_a_tokenizer_twice_gives_the_same(wordpiece):
    first, second = (trained_on(texts, wordpiece) for texts in (TEXTS, TEXTS[::-1]))
    assert first.tokenizer.get_vocab() == second.tokenizer.get_vocab()
    assert first.pieces == second.pieces
    assert first.tokenizer.pad_token_id == 0  # BERT's embedding of it is not trained
    paired = first.tokenizer("a", "b")
    assert first.tokenizer.convert_ids_to_tokens(paired["input_ids"]) == ["[CLS]", "a", "[SEP]", "b", "[SEP]"]
    assert paired["token_type_ids"] == [0, 0, 0, 1, 1]


def test_embeddings_are_carried_over_or_means_of_pieces(tiny, wordpiece):
    old = Reader.from_pretrained(tiny).model.get_input_embeddings().weight
    for changed, whole, pieces in (
        (with_words(wordpiece, ["amortization"]), "amortization", ["amor", "##ti", "##zation"]),
        (trained_on([TEXT] * 3, wordpiece), "amortization", ["amor", "##ti", "##zation"]),
        (trained_on([TEXT] * 3, wordpiece), "revenue", ["revenue"]),
        (numbers_as_slots(wordpiece), "0", list("0123456789")),
    ):
        model = Reader.from_pretrained(tiny).model
        changed.fit(model)
        new = model.get_input_embeddings().weight
        assert len(new) == len(changed.tokenizer) == model.config.vocab_size
        expected = old[wordpiece.convert_tokens_to_ids(pieces)].mean(dim=0)
        torch.testing.assert_close(new[changed.tokenizer.convert_tokens_to_ids(whole)], expected)


def test_without_its_embeddings_a_trained_vocabulary_keeps_those_of_other_tokens(tiny, wordpiece):
    model = Reader.from_pretrained(tiny).model
    old = model.get_input_embeddings().weight.detach().clone()
    changed = CHANGES["filings_naive"](wordpiece, TEXTS)
    changed.fit(model)
    assert torch.equal(model.get_input_embeddings().weight, old[: len(changed.tokenizer)])


def test_fertility_counts_tokens_of_words_and_numbers(wordpiece):
    text = "amortization of 1,234.5 in 2022"  # amor ##ti ##zation, of, in; 1 , 234 . 5 and 202 ##2
    found = fertility(wordpiece, [text])
    assert (found.word, found.number) == (5 / 3, 7 / 2)
    assert fertility(digits_apart(wordpiece).tokenizer, [text]).number == 11 / 2
    assert fertility(numbers_as_slots(wordpiece).tokenizer, [text]).number == 1


def test_a_run_reports_its_tokenizer(tmp_path):
    measured = measure(STUDY.arguments("words", "smoke"), 1, tmp_path)
    assert len(measured.rows) == 8 and {row["document"] for row in measured.rows} == set(COMPANIES[:2])
    assert measured.facts["vocabulary"] == 30522 + measured.facts["new_embeddings"]
    assert measured.facts["new_embeddings"] > 0
    assert 1.0 <= measured.facts["tokens_a_word"] < measured.facts["tokens_a_number"]


def test_the_study_has_the_runs_that_it_states():
    counts = {size: len(STUDY.runs(size)) for size in ("smoke", "cpu")}
    assert counts == {"smoke": 6, "cpu": 24}
    assert STUDY.against("slots_start") == "wordpiece_start"
