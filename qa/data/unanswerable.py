"""Questions that look answerable and are not, made from ones that are.

SQuAD 2.0's (Rajpurkar et al., 2018) unanswerable questions were written by people to be plausible:
same topic, right type of answer in sight, one thing wrong. Three edits come near that without people:

- `remove_answer`: the sentence that holds the answer is cut out of the context;
- `move_context`: the question is put to another paragraph of the same article;
- `alter_question`: a name, number or key word of the question is exchanged for another one.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from qa.data.squad_form import Example
from retrieval.sentences import sentence_spans

_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w'-]+(?: (?:of |the |de )?[A-Z][\w'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_WORD = re.compile(r"[A-Za-z]+")

_OPPOSITES = [
    ("first", "last"), ("most", "least"), ("more", "fewer"), ("largest", "smallest"), ("highest", "lowest"),
    ("before", "after"), ("oldest", "youngest"), ("increase", "decrease"), ("north", "south"), ("east", "west"),
    ("northern", "southern"), ("eastern", "western"), ("early", "late"), ("win", "lose"), ("won", "lost"),
    ("begin", "end"), ("began", "ended"), ("start", "stop"), ("started", "stopped"), ("above", "below"),
    ("male", "female"), ("men", "women"), ("major", "minor"), ("public", "private"), ("left", "right"),
    ("allowed", "forbidden"), ("always", "never"), ("higher", "lower"), ("larger", "smaller"), ("best", "worst"),
    ("good", "bad"), ("buy", "sell"), ("bought", "sold"), ("gain", "loss"), ("accept", "reject"),
    ("support", "oppose"), ("supported", "opposed"), ("new", "old"), ("inside", "outside"), ("birth", "death"),
    ("born", "killed"), ("longest", "shortest"), ("earliest", "latest"), ("maximum", "minimum"),
]  # fmt: skip
OPPOSITE = {word: other for a, b in _OPPOSITES for word, other in ((a, b), (b, a))}
_NEGATABLE = re.compile(r"\b(is|are|was|were|did|does|do|can|could|has|have|had|will|would)\b")

Edit = Callable[[Example, Sequence[Example], random.Random], Example | None]


def unanswerable_twins(examples: Sequence[Example], share: float, seed: int) -> list[Example]:
    """Unanswerable variants of a random `share` (0 to 1) of the answerable `examples`.

    The same arguments give the same twins. Half of them alter the question, the edit closest to
    what people wrote for SQuAD 2.0. An example on which no edit works has no twin.
    """
    rng = random.Random(seed)
    by_group: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_group[example.group].append(example)
    twins = []
    for example in examples:
        if not example.answerable or rng.random() >= share:
            continue
        edits: list[Edit] = [alter_question, alter_question, remove_answer, move_context]
        first = rng.randrange(len(edits))
        for edit in edits[first:] + edits[:first]:
            twin = edit(example, by_group[example.group], rng)
            if twin is not None:
                twins.append(replace(twin, id=f"{example.id}-{edit.__name__}", answers=(), starts=()))
                break
    return twins


def remove_answer(example: Example, _: Sequence[Example], rng: random.Random) -> Example | None:
    """The example without the sentences that hold one of its answers, where others remain."""
    del rng
    kept = [
        example.context[start:end]
        for start, end in sentence_spans(example.context)
        if not any(start < at + len(text) and at < end for text, at in _placed(example))
    ]
    context = " ".join(kept)
    if len(kept) < 2 or any(_contains(context, answer) for answer in example.answers):
        return None
    return replace(example, context=context, answers=(), starts=())


def move_context(example: Example, group: Sequence[Example], rng: random.Random) -> Example | None:
    """The question put to the paragraph of its group that shares most words with it and not its answer."""
    words = set(_WORD.findall(example.question.lower()))
    contexts = {other.context for other in rng.sample(group, min(len(group), 60))} - {example.context}
    candidates = sorted(c for c in contexts if not any(_contains(c, answer) for answer in example.answers))
    if not candidates:
        return None
    best = max(candidates, key=lambda context: len(words & set(_WORD.findall(context.lower()))))
    return replace(example, context=best, answers=(), starts=())


def alter_question(example: Example, group: Sequence[Example], rng: random.Random) -> Example | None:
    """The question with a name, a number or a key word exchanged, or negated where nothing else works."""
    changes = [_swap_name, _swap_number, _swap_opposite]
    rng.shuffle(changes)
    for change in [*changes, _negate]:
        question = change(example, group, rng)
        if question is not None and question != example.question:
            return replace(example, question=question, answers=(), starts=())
    return None


def _swap_name(example: Example, group: Sequence[Example], rng: random.Random) -> str | None:
    names = [m.group() for m in _NAME.finditer(example.question)]
    if not names:
        return None
    old = rng.choice(names)
    near = [m.group() for m in _NAME.finditer(example.context)]
    far = [m.group() for other in rng.sample(group, min(len(group), 5)) for m in _NAME.finditer(other.question)]
    others = sorted({name for name in near + far if not _overlaps(name, example.question, example.answers)})
    return example.question.replace(old, rng.choice(others)) if others else None


def _swap_number(example: Example, _: Sequence[Example], rng: random.Random) -> str | None:
    numbers = [m.group() for m in _NUMBER.finditer(example.question)]
    if not numbers:
        return None
    old = rng.choice(numbers)
    near = {m.group() for m in _NUMBER.finditer(example.context) if len(m.group()) == len(old)}
    others = sorted(number for number in near if not _overlaps(number, example.question, example.answers))
    if others:
        return example.question.replace(old, rng.choice(others))
    digits = old.replace(",", "").replace(".", "")
    if len(digits) == 4 and digits == old:
        return example.question.replace(old, str(int(old) + rng.choice([-10, -7, -3, 3, 7])))
    return None


def _swap_opposite(example: Example, _: Sequence[Example], rng: random.Random) -> str | None:
    words = [m for m in _WORD.finditer(example.question) if m.group() in OPPOSITE]
    if not words:
        return None
    word = rng.choice(words)
    return example.question[: word.start()] + OPPOSITE[word.group()] + example.question[word.end() :]


def _negate(example: Example, _: Sequence[Example], rng: random.Random) -> str | None:
    del rng
    verb = _NEGATABLE.search(example.question)
    if verb is None or re.search(r"\b(not|never|no)\b|n't", example.question):
        return None
    rest = example.question[verb.end() :].split(" ", 3)
    if verb.group() in {"did", "does", "do", "can", "could", "will", "would"} and len(rest) > 2:
        return f"{example.question[: verb.end()]} {rest[1]} not {' '.join(rest[2:])}"
    return f"{example.question[: verb.end()]} not{example.question[verb.end() :]}"


def _placed(example: Example) -> list[tuple[str, int]]:
    return list(zip(example.answers, example.starts, strict=True))


def _contains(text: str, answer: str) -> bool:
    return answer.lower() in text.lower()


def _overlaps(candidate: str, question: str, answers: Sequence[str]) -> bool:
    """Whether `candidate` shares words with the question or an answer, so that the swap might change nothing."""
    words = set(_WORD.findall(candidate.lower())) | set(_NUMBER.findall(candidate))
    taken = f"{question} {' '.join(answers)}".lower()
    return bool(words & (set(_WORD.findall(taken)) | set(_NUMBER.findall(taken))))
