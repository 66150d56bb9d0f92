import torch
from torch.nn import Module, Parameter

from qa.techniques.anatomy import is_head, linears

HYPOTHESIS = (
    "With rank 8, 1.5 % are trained, because a layer's six maps have 55,296 weights in adapters of 1.8 million."
)
PREDICTION = 1.5


class Adapted(Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.factor = alpha / rank
        self.a = Parameter(torch.randn(rank, linear.in_features) / rank)
        self.b = Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, inputs):
        return self.linear(inputs) + self.factor * (inputs @ self.a.T @ self.b.T)


def _replace(model, name, module):
    above, _, last = name.rpartition(".")
    setattr(model.get_submodule(above), last, module)


def with_lora(model, rank, alpha):
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(is_head(name, model))
    for name, linear in linears(model).items():
        _replace(model, name, Adapted(linear, rank, alpha))
    return model


def merged(model):
    for name, module in list(model.named_modules()):
        if isinstance(module, Adapted):
            with torch.no_grad():
                module.linear.weight += module.factor * module.b @ module.a
            _replace(model, name, module.linear)
    return model
