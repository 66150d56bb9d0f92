from typing import Literal

from pydantic import Field

from qa.techniques.anatomy import below_head, depth
from qa.techniques.technique import Technique

HYPOTHESIS = "It is higher, because less of a reader that begins at random can learn."
PREDICTION = "higher"


class Mine(Technique):
    name: Literal["mine"] = "mine"
    frozen: int = Field(default=3, ge=0)
    decay: float = Field(default=0.8, gt=0, le=1)

    def prepare(self, model, setting):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(depth(name, model) > self.frozen)
        return model

    def rate(self, parameter, model):
        return float(self.decay ** below_head(parameter, model))
