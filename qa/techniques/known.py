"""All techniques by name, as a recipe gives them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from qa.techniques.adversarial import Adversarial
from qa.techniques.bitfit import BitFit
from qa.techniques.boundary_smoothing import BoundarySmoothing
from qa.techniques.dark_replay import DarkReplay
from qa.techniques.distillation import Distillation
from qa.techniques.domain_adaptation import DomainAdaptation
from qa.techniques.dora import DoRA
from qa.techniques.freeze import Freeze
from qa.techniques.gradual_unfreezing import GradualUnfreezing
from qa.techniques.head_only import HeadOnly
from qa.techniques.header_dropout import HeaderDropout
from qa.techniques.ia3 import IA3
from qa.techniques.interpolation import Interpolation
from qa.techniques.l2_sp import L2SP
from qa.techniques.layerwise_decay import LayerwiseDecay
from qa.techniques.lora import LoRA
from qa.techniques.merge import Merge
from qa.techniques.prefix import Prefix
from qa.techniques.r_drop import RDrop
from qa.techniques.reinitialise import Reinitialise
from qa.techniques.replay import Replay
from qa.techniques.sequential import Sequential
from qa.techniques.soup import Soup
from qa.techniques.token_dropout import TokenDropout
from qa.techniques.top_layers import TopLayers
from qa.techniques.weight_averaging import WeightAveraging

AnyTechnique = Annotated[
    Adversarial
    | BitFit
    | BoundarySmoothing
    | DarkReplay
    | Distillation
    | DomainAdaptation
    | DoRA
    | Freeze
    | GradualUnfreezing
    | HeadOnly
    | HeaderDropout
    | IA3
    | Interpolation
    | L2SP
    | LayerwiseDecay
    | LoRA
    | Merge
    | Prefix
    | RDrop
    | Reinitialise
    | Replay
    | Sequential
    | Soup
    | TokenDropout
    | TopLayers
    | WeightAveraging,
    Field(discriminator="name"),
]
