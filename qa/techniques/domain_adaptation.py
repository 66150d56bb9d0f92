"""More pretraining, on filings."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from qa.data.filing_texts import filing_texts
from qa.techniques.technique import Setting, Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class DomainAdaptation(Technique):
    """Masked-language modelling on filings before fine-tuning: domain-adaptive pretraining (Gururangan et al., 2020).

    The paper goes on with the model's own pretraining. An encoder of sentences has no masked-language head any more, so one
    is drawn at random here and must be learned too, which takes part of the few windows.

    Knobs:
        texts: `filings_items`, the items of 10-K reports, or `generated`.
        windows: how many pieces of text are read, each once.
        tokens: of a piece.
        masked: the share of the tokens that must be guessed.
        learning_rate: of this pretraining, at its peak.

    Changes: the encoder's weights at the start.
    """

    name: Literal["domain_adaptation"] = "domain_adaptation"
    texts: Literal["filings_items", "generated"] = "filings_items"
    windows: int = Field(default=4000, ge=1)
    tokens: int = Field(default=128, ge=16)
    masked: float = Field(default=0.15, gt=0, lt=1)
    learning_rate: float = Field(default=1e-4, gt=0)

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Trains the encoder with a masked-language head, which is then dropped; done once for a run's folder."""
        from safetensors.torch import load_file, save_file

        kept = setting.folder / "adapted.safetensors"
        if not kept.is_file():
            self._train(model, setting)
            kept.parent.mkdir(parents=True, exist_ok=True)
            weights = {name: each.contiguous().clone() for name, each in model.base_model.state_dict().items()}
            save_file(weights, kept)
        model.base_model.load_state_dict(load_file(kept))
        return model

    def _train(self, model: PreTrainedModel, setting: Setting) -> None:
        """Guesses masked tokens, in one pass over the pieces, and leaves the encoder changed."""
        import torch
        from transformers import AutoModelForMaskedLM, DataCollatorForLanguageModeling, get_linear_schedule_with_warmup

        guesser = AutoModelForMaskedLM.from_config(model.config)
        guesser.base_model.load_state_dict(model.base_model.state_dict(), strict=False)
        guesser.to(model.device).train()
        collate = DataCollatorForLanguageModeling(setting.tokenizer, mlm_probability=self.masked)
        pieces = self._pieces(setting)
        starts = range(0, len(pieces), setting.batch_size)
        optimiser = torch.optim.AdamW(guesser.parameters(), lr=self.learning_rate)
        schedule = get_linear_schedule_with_warmup(optimiser, len(starts) // 10, len(starts))
        for start in starts:
            batch = collate(pieces[start : start + setting.batch_size]).to(model.device)
            guesser(**batch).loss.backward()
            torch.nn.utils.clip_grad_norm_(guesser.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
        model.base_model.load_state_dict(guesser.base_model.state_dict(), strict=False)

    def _pieces(self, setting: Setting) -> list[dict[str, Any]]:
        """Pieces of text that fill their tokens, in an order drawn by the seed."""
        pieces: list[dict[str, Any]] = []
        for text in filing_texts(self.texts, seed=setting.seed):
            cut = setting.tokenizer(
                text, max_length=self.tokens, truncation=True, return_overflowing_tokens=True, return_length=True
            )
            names = [name for name in setting.tokenizer.model_input_names if name in cut]
            full = [row for row, length in enumerate(cut["length"]) if length == self.tokens]
            pieces += [{name: cut[name][row] for name in names} for row in full]
            if len(pieces) >= 2 * self.windows:
                break
        random.Random(setting.seed).shuffle(pieces)
        return pieces[: self.windows]
