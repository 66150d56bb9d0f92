"""Tokens that no other token sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, PrivateAttr

from qa.techniques.technique import Setting, Technique

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module
    from transformers import PreTrainedModel

    from qa.techniques.technique import Batch, Loss, SpanLoss


class TokenDropout(Technique):
    """Hides a share of the tokens from attention, drawn anew for each batch: attention dropout by whole columns
    (Zehui et al., 2019, DropAttention), which costs nothing, where dropping single weights halves the speed of
    training on a CPU. A hidden token can still be an answer.

    Knobs:
        share: of the tokens; special ones are never hidden.

    Changes: what the model sees.
    """

    name: Literal["token_dropout"] = "token_dropout"
    share: float = Field(default=0.1, gt=0, lt=1)

    _special: Any = PrivateAttr(default=None)

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Learns which tokens are special."""
        import torch

        self._special = torch.tensor(setting.tokenizer.all_special_ids)
        return model

    def loss(self, inner: Loss) -> Loss:
        """The loss of batches with tokens hidden."""

        def of_hidden(model: Module, batch: Batch) -> SpanLoss:
            return inner(model, {**batch, "attention_mask": self.hidden(batch)})

        return of_hidden

    def hidden(self, batch: Batch) -> Tensor:
        """The attention mask, [windows, tokens], without the tokens that are hidden; torch's generator draws them."""
        import torch

        ids, mask = batch["input_ids"], batch["attention_mask"]
        words = ~torch.isin(ids, self._special.to(ids.device))
        return mask.masked_fill((torch.rand(ids.shape, device=ids.device) < self.share) & words, 0)
