"""Tiny models of six architectures with random weights, and tokenizers trained on the spot: no network."""

import shutil

import pytest

WORDS = (
    "What was the revenue of Acme in 2022? Revenue rose by 5% to $1,234.5 million, net of (56) million of returns. "
    "The Müller plant in Köln makes lamps; don't ask why. Costs fell. How many stores? 187 stores in 29 states. "
)


def _wordpiece():
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertTokenizerFast

    tokenizer = BertWordPieceTokenizer(lowercase=True)
    tokenizer.train_from_iterator([WORDS] * 4, vocab_size=300, show_progress=False)
    return BertTokenizerFast(tokenizer_object=tokenizer._tokenizer, model_max_length=512)


def _byte_level(kind):
    from tokenizers import ByteLevelBPETokenizer
    from transformers import PreTrainedTokenizerFast, RobertaTokenizerFast

    tokenizer = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator([WORDS] * 4, vocab_size=400, special_tokens=special, show_progress=False)
    if kind == "roberta":
        from tokenizers.processors import RobertaProcessing

        tokenizer._tokenizer.post_processor = RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=False)
        return RobertaTokenizerFast(tokenizer_object=tokenizer._tokenizer, model_max_length=500)
    from tokenizers.processors import TemplateProcessing

    tokenizer._tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer._tokenizer,
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=512,
        model_input_names=["input_ids", "attention_mask"],
    )


def _unigram():
    from tokenizers import SentencePieceUnigramTokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    tokenizer = SentencePieceUnigramTokenizer()
    special = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
    tokenizer.train_from_iterator(
        [WORDS] * 4, vocab_size=200, special_tokens=special, unk_token="[UNK]", show_progress=False
    )
    ids = {name: tokenizer.token_to_id(name) for name in special}
    tokenizer._tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer._tokenizer,
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        unk_token="[UNK]",
        mask_token="[MASK]",
        model_max_length=512,
    )


def build(name):
    """(model, tokenizer) of one architecture."""
    import torch
    import transformers as t

    torch.manual_seed(7)
    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
    if name == "roberta":
        tokenizer = _byte_level("roberta")
        config = t.RobertaConfig(
            vocab_size=len(tokenizer),
            max_position_embeddings=520,
            pad_token_id=1,
            bos_token_id=0,
            eos_token_id=2,
            **small,
        )
    elif name == "modernbert":
        tokenizer = _byte_level("modernbert")
        config = t.ModernBertConfig(
            vocab_size=len(tokenizer),
            pad_token_id=1,
            cls_token_id=0,
            sep_token_id=2,
            bos_token_id=0,
            eos_token_id=2,
            **small,
        )
    elif name == "deberta":
        tokenizer = _unigram()
        config = t.DebertaV2Config(
            vocab_size=len(tokenizer),
            max_position_embeddings=512,
            relative_attention=True,
            pos_att_type=["p2c", "c2p"],
            position_buckets=32,
            type_vocab_size=0,
            **small,
        )
    else:
        tokenizer = _wordpiece()
        if name == "distilbert":
            tokenizer.model_input_names = ["input_ids", "attention_mask"]
            config = t.DistilBertConfig(
                vocab_size=len(tokenizer), dim=32, n_layers=2, n_heads=2, hidden_dim=48, max_position_embeddings=512
            )
        elif name == "electra":
            config = t.ElectraConfig(vocab_size=len(tokenizer), embedding_size=32, max_position_embeddings=512, **small)
        else:
            config = t.BertConfig(vocab_size=len(tokenizer), max_position_embeddings=512, **small)
    model = t.AutoModelForQuestionAnswering.from_config(config)
    with torch.no_grad():
        for parameter in model.parameters():  # spread the logits, so that orders do not depend on rounding
            if parameter.dim() == 2:
                parameter.mul_(4)
    return model.eval(), tokenizer


ARCHITECTURES = ("bert", "roberta", "deberta", "electra", "distilbert", "modernbert")


@pytest.fixture(scope="session", params=ARCHITECTURES)
def architecture(request):
    """(model, tokenizer) of each architecture in turn."""
    return build(request.param)


@pytest.fixture(scope="session")
def bert():
    """(model, tokenizer) of a tiny BERT."""
    return build("bert")


def service(index, keys=None, *, opened=None, **settings):
    """A client of a service over an index; with `opened` another system answers."""
    from fastapi.testclient import TestClient

    from qa.api.app import create_app
    from qa.api.settings import Settings

    more = {} if opened is None else {"opened": lambda _: opened}
    return TestClient(create_app(Settings(index, **settings), keys, **more), base_url="http://127.0.0.1:8000")


@pytest.fixture(scope="session")
def api_index(sample_index, tmp_path_factory):
    """Folder of a copy of the index of the sample filings, for services to write in."""
    index = tmp_path_factory.mktemp("api") / "index"
    shutil.copytree(sample_index, index)
    return index


@pytest.fixture(scope="session")
def api(api_index):
    """A client of a service with the shipped reader."""
    with service(api_index) as client:
        yield client


@pytest.fixture
def slow():
    """A system that answers when it is let."""
    from tests.fakes import SlowSystem

    system = SlowSystem()
    yield system
    system.free.set()
