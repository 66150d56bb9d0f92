"""A task, a model and texts, as `transformers.pipeline` takes them, to the steps in print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.reader import FOLDERS, Reader, first_line, require_vocabulary
from qa.three_steps.generation import summarization, text_generation
from qa.three_steps.question_answering import question_answering
from qa.three_steps.step import Steps, printed
from qa.three_steps.text_classification import text_classification
from qa.three_steps.token_classification import token_classification
from retrieval.bundled import ModelError, resolve_model

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class Task:
    """What a task needs.

    Attributes:
        auto: transformers' class that loads a model with the head.
        saved_as: how the names of models with it end.
        steps: from model, tokenizer and texts to the steps.
        texts: that it takes together.
        writes: whether it makes text, and so takes `max_new_tokens`.
    """

    auto: str
    saved_as: tuple[str, ...]
    steps: Callable[..., Steps]
    texts: int = 1
    writes: bool = False


TASKS = {
    "question-answering": Task("AutoModelForQuestionAnswering", ("ForQuestionAnswering",), question_answering, texts=2),
    "text-classification": Task(
        "AutoModelForSequenceClassification", ("ForSequenceClassification",), text_classification
    ),
    "token-classification": Task("AutoModelForTokenClassification", ("ForTokenClassification",), token_classification),
    "summarization": Task("AutoModelForSeq2SeqLM", ("ForConditionalGeneration",), summarization, writes=True),
    "text-generation": Task("AutoModelForCausalLM", ("ForCausalLM", "LMHeadModel"), text_generation, writes=True),
}


def show(task: str, model: str, texts: Sequence[str], *, max_new_tokens: int) -> Iterator[str]:
    """The lines that show what a pipeline does with each text; in question answering, with a question and a text.

    Args:
        task: one of `TASKS`, as the hub calls it.
        model: a packaged reader, a folder, or a hub name.
        texts: none of them empty.
        max_new_tokens: that are written at most, where a task writes.

    Raises:
        ValueError: there is no such task, a text is empty or too long for the model, or their number is wrong.
        ModelError: there is no such model, or its head is for another task.
    """
    if task not in TASKS:
        raise ValueError(f"unknown task {task!r}; tasks are {', '.join(TASKS)}")
    if not all(text.strip() for text in texts):
        raise ValueError("a text is empty; give text that says something")
    kind = TASKS[task]
    if len(texts) % kind.texts:
        raise ValueError(f"{task} takes a question and a text to read, or several such pairs, not {len(texts)} texts")
    loaded, tokenizer = load(task, model)
    limit = {"max_new_tokens": max_new_tokens} if kind.writes else {}
    yield f"{task}: {type(loaded).__name__}, {loaded.num_parameters():,} parameters"
    for first in range(0, len(texts), kind.texts):
        try:
            yield from printed(kind.steps(loaded, tokenizer, *texts[first : first + kind.texts], **limit))
        except IndexError as error:
            raise ValueError(f"the text is longer than {model} reads; give a shorter one") from error


def load(task: str, name: str) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """A model with a trained head for a task, and its tokenizer.

    Raises:
        ModelError: there is no such model, or its head is for another task.
    """
    import transformers

    if task == "question-answering":
        reader = Reader.from_pretrained(name)
        return reader.model, reader.tokenizer
    if name in FOLDERS:
        raise ModelError(f"{name} does not fit {task}: its head is for question-answering")
    path = resolve_model(name)
    try:
        config = transformers.AutoConfig.from_pretrained(path)
        tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    except (OSError, ValueError) as error:
        raise ModelError(f"no model at {name!r} ({first_line(error)}); give a folder or a hub name") from error
    require_vocabulary(tokenizer, name)
    saved = config.architectures or ["a body alone"]
    misfit = ModelError(f"{name!r} does not fit {task}: it was saved as {', '.join(saved)}, {_use(saved)}")
    try:
        model, loading = getattr(transformers, TASKS[task].auto).from_pretrained(path, output_loading_info=True)
    except ValueError as error:  # its body comes with no such head
        raise misfit from error
    if loading["missing_keys"] or any(each.endswith("ForMaskedLM") for each in saved):  # whose head looks both ways
        raise misfit
    return model.eval(), tokenizer


def _use(saved: Sequence[str]) -> str:
    tasks = [name for name, task in TASKS.items() for each in saved if each.endswith(task.saved_as)]
    return f"whose head is for {tasks[0]}" if tasks else f"whose head, if any, is for none of {', '.join(TASKS)}"
