"""Where the pieces of a text stand in it.

Task: a reader points at pieces, and an answer is cited by characters: so each piece must know its own. Write
`offsets(text, pieces)`, which gives for each piece its first character in the text and one past its last. The pieces
are those of WordPiece: lower case, without accents, in the order of the text, the later parts of a word beginning
with `##`. White space belongs to none of them, and the same piece may come twice.

Hypothesis: an amount of the generated reports, such as `$238.7 million`, is cut into ___ pieces on average, because
___.

Reading: `research/guide/1-a-question-read.md`, sections 1 and 2; `qa/features.py`, which gets them from the
tokenizer.

Size: ten lines; the check takes a second.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from types import ModuleType

from tokenizers import Tokenizer

from experiments.exercises.finding import Measured, Said, same
from experiments.exercises.prediction import Number
from qa.data.generated import generated_examples
from retrieval.bundled import BUNDLED, resolve_model

ASKED = Number("pieces of an amount, on average", within=0.5)
_AMOUNT = re.compile(r"\$[\d.,]+ million")
_TEXTS = {
    "an amount": "Net sales rose 4% to $1,577 million; EBITDA did not.",
    "the same words again": "The board of the company met the board of the bank.",
    "pieces within other words": "A mill, two mills and a million.",
    "accents": "The Müller plant in Köln and Café Zoë",
    "white space": "  Revenue \n\t fell  by $0.25 ",
    "no text": "",
}


def tokenizer() -> Tokenizer:
    """The bundled encoder's tokenizer, which reads texts of any length whole."""
    found = Tokenizer.from_file(str(Path(resolve_model(BUNDLED)) / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found


def check(yours: ModuleType) -> Iterator[Said]:
    """Holds the offsets against the tokenizer's own."""
    cut = tokenizer()
    for case, text in _TEXTS.items():
        encoded = cut.encode(text, add_special_tokens=False)
        found = [tuple(place) for place in yours.offsets(text, list(encoded.tokens))]
        yield same(case, found, list(encoded.offsets))
    contexts = [example.context for example in generated_examples("dev")]
    encodings = [cut.encode(context, add_special_tokens=False) for context in contexts]
    right = [
        [tuple(place) for place in yours.offsets(context, list(encoded.tokens))] == list(encoded.offsets)
        for context, encoded in zip(contexts, encodings, strict=True)
    ]
    yield same(f"right of {len(right)} generated contexts", sum(right), len(right))
    amounts = [amount for context in contexts for amount in _AMOUNT.findall(context)]
    pieces = mean(len(cut.encode(amount, add_special_tokens=False).tokens) for amount in amounts)
    yield Measured(pieces, f"pieces of {len(amounts)} amounts, on average")
