"""Learning from what better models think of each token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, PrivateAttr

from qa.techniques.divergence import divergence
from qa.techniques.technique import Setting, SpanLoss, Technique, unlabelled

if TYPE_CHECKING:
    from torch.nn import Module
    from transformers import PreTrainedModel

    from qa.techniques.technique import Batch, Loss


class Distillation(Technique):
    """Knowledge distillation: the teachers' mean logits as soft labels (Hinton et al., 2015).

    Knobs:
        teachers: hub names or folders of larger readers with the same tokenizer; without any, an ensemble is trained.
        ensemble: how many teachers are trained, each like the run without techniques, with a seed of its own
            (Fukuda et al., 2017).
        share: of the loss that the teachers have.
        temperature: that softens both sides.

    Changes: the loss; each step costs a forward pass of every teacher, and an ensemble its training.
    """

    name: Literal["distillation"] = "distillation"
    teachers: tuple[str, ...] = ()
    ensemble: int = Field(default=3, ge=1)
    share: float = Field(default=0.5, gt=0, le=1)
    temperature: float = Field(default=2.0, gt=0)

    _teachers: list[Any] = PrivateAttr(default_factory=list)

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Loads the teachers, or trains them where the run's folder does not hold them yet."""
        from transformers import AutoModelForQuestionAnswering

        folders = self.teachers or [self._trained(model, setting, number) for number in range(self.ensemble)]
        self._teachers = [AutoModelForQuestionAnswering.from_pretrained(str(folder)).eval() for folder in folders]
        return model

    def _trained(self, model: PreTrainedModel, setting: Setting, number: int) -> str:
        from copy import deepcopy

        folder = setting.folder / f"teacher-{number}"
        if not (folder / "model.safetensors").is_file():
            teacher = deepcopy(model)
            setting.train(teacher, setting.seed + 1000 * (number + 1))
            teacher.save_pretrained(str(folder))
        return str(folder)

    def loss(self, inner: Loss) -> Loss:
        """Adds the distance to the teachers."""
        import torch

        def taught(model: Module, batch: Batch) -> SpanLoss:
            found = inner(model, batch)
            inputs = unlabelled(batch)
            with torch.no_grad():
                outputs = [teacher.to(found.value.device)(**inputs) for teacher in self._teachers]
            start = torch.stack([output.start_logits for output in outputs]).mean(dim=0)
            end = torch.stack([output.end_logits for output in outputs]).mean(dim=0)
            apart = divergence(found, SpanLoss(found.value, start, end), temperature=self.temperature)
            value = (1 - self.share) * found.value + self.share * self.temperature**2 * apart
            return SpanLoss(value, found.start_logits, found.end_logits)

        return taught
