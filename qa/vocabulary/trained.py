"""A WordPiece tokenizer trained on texts, for a model that knows another one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qa.vocabulary.changed import Changed, copied, pieces_of, rebuilt

if TYPE_CHECKING:
    from tokenizers.processors import PostProcessor
    from transformers import PreTrainedTokenizerBase

CONTINUED = "##"  # begins a piece that goes on a word


def trained_on(texts: Iterable[str], like: PreTrainedTokenizerBase) -> Changed:
    """A WordPiece tokenizer trained on texts, with everything but its vocabulary as in `like`, and at most as large.

    The embedding of a token that both vocabularies have is the old one, that of any other the mean of its old pieces.
    The ids are others than before, those of special tokens too.
    """
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece

    read = list(texts)
    vocabulary = _vocabulary(read, like)
    backend = Tokenizer(WordPiece(vocab=vocabulary, unk_token=like.unk_token))
    own = copied(like)
    backend.normalizer, backend.pre_tokenizer, backend.decoder = own.normalizer, own.pre_tokenizer, own.decoder
    backend.post_processor = _pairs(vocabulary, like.cls_token, like.sep_token)
    old, tokens = like.get_vocab(), list(vocabulary)
    pieces = pieces_of(like, [token.removeprefix(CONTINUED) for token in tokens])
    known = {
        vocabulary[token]: [old[token]] if token in old else ids for token, ids in zip(tokens, pieces, strict=True)
    }
    return Changed(rebuilt(backend, like), known)


def _vocabulary(texts: list[str], like: PreTrainedTokenizerBase) -> dict[str, int]:
    """Trains the vocabulary, the same each time.

    The trainer breaks ties by ids and gives ids to single letters as a hash map's order has them, unless they come with
    the special tokens; `train_new_from_iterator` therefore trains another tokenizer each time.
    """
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.trainers import WordPieceTrainer

    own = copied(like)
    letters = own.normalizer.normalize_str("".join(sorted(set().union(*texts))))
    singles = [CONTINUED + letter for letter in sorted(set(letters)) if not letter.isspace()]
    special = like.convert_ids_to_tokens(sorted(like.all_special_ids))  # in their order: models mask the padding's id
    trained = Tokenizer(WordPiece(unk_token=like.unk_token))
    trained.normalizer, trained.pre_tokenizer = own.normalizer, own.pre_tokenizer
    trainer = WordPieceTrainer(vocab_size=len(like), special_tokens=[*special, *singles], show_progress=False)
    trained.train_from_iterator(texts, trainer)
    found: dict[str, int] = trained.get_vocab()
    return found


def _pairs(vocabulary: dict[str, int], first: str, between: str) -> PostProcessor:
    """How a question and a context become one input, as BERT has it."""
    from tokenizers.processors import TemplateProcessing

    return TemplateProcessing(
        single=f"{first} $A {between}",
        pair=f"{first} $A {between} $B:1 {between}:1",
        special_tokens=[(first, vocabulary[first]), (between, vocabulary[between])],
    )
