"""Fitting by `transformers.Trainer`, whose callbacks and overrides are where the techniques hook in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qa.training.batches import batch_loader
from qa.training.fit import Fit, last_checkpoint
from qa.training.optimiser import MAX_GRADIENT, optimiser, schedule
from retrieval.precision import has_bfloat16


def fit_with_trainer(fit: Fit) -> list[float]:
    """Trains `fit.model` in place; returns the loss of each step."""
    from transformers import PrinterCallback, Trainer

    loader = batch_loader(fit.windows, fit.tokenizer, batch_size=fit.batch_size, epochs=fit.epochs, seed=fit.seed)
    chosen = optimiser(fit.model, fit.techniques, learning_rate=fit.learning_rate, weight_decay=fit.weight_decay)
    loss = fit.loss()

    class SpanTrainer(Trainer):  # type: ignore[misc]
        """`Trainer` with the batches, the loss and the schedule of the explicit loop."""

        def get_train_dataloader(self) -> Any:  # noqa: ANN401
            """All epochs in a row, each process its share."""
            return self.accelerator.prepare(loader)

        def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:  # noqa: ANN401
            """The rate over all steps."""
            self.lr_scheduler = schedule(chosen, steps=num_training_steps, warmup=fit.warmup)
            return self.lr_scheduler

        def compute_loss(self, model: Any, inputs: Any, *_: object, **__: object) -> Any:  # noqa: ANN401
            """The loss as the techniques change it."""
            return loss(model, inputs).value

    checkpoint = last_checkpoint(fit.folder)
    trainer = SpanTrainer(
        model=fit.model,
        args=_arguments(fit),
        train_dataset=fit.windows,
        processing_class=fit.tokenizer,
        optimizers=(chosen, None),
        callbacks=[_hooks(fit, checkpoint)],
    )
    trainer.remove_callback(PrinterCallback)  # what it would print is returned
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    trainer.accelerator.unwrap_model(fit.model, keep_fp32_wrapper=False)  # out of training it computes in 32 bits again
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


def _hooks(fit: Fit, checkpoint: Path | None) -> Any:  # noqa: ANN401 (transformers is imported only when called)
    """The techniques' hooks as a callback."""
    from transformers import TrainerCallback

    class Hooks(TrainerCallback):  # type: ignore[misc]
        """Calls the techniques before and after each step, and keeps what they remember."""

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: object) -> None:  # noqa: ANN401
            if checkpoint is not None:
                fit.load_techniques(checkpoint)

        def on_step_begin(self, args: Any, state: Any, control: Any, **_: object) -> None:  # noqa: ANN401
            for technique in fit.techniques:
                technique.before_step(fit.model, state.global_step / state.max_steps)

        def on_step_end(self, args: Any, state: Any, control: Any, **_: object) -> None:  # noqa: ANN401
            for technique in fit.techniques:
                technique.after_step(fit.model, state.global_step / state.max_steps)

        def on_save(self, args: Any, state: Any, control: Any, **_: object) -> None:  # noqa: ANN401
            if state.is_world_process_zero:
                fit.save_techniques(fit.folder / f"checkpoint-{state.global_step}")

    return Hooks()


def _arguments(fit: Fit) -> Any:  # noqa: ANN401 (transformers is imported only when called)
    import torch
    from transformers import TrainingArguments

    on_gpu = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(fit.folder),
        per_device_train_batch_size=fit.batch_size,
        num_train_epochs=1,  # the loader lays all epochs out in a row
        max_grad_norm=MAX_GRADIENT,
        bf16=has_bfloat16(),
        use_cpu=not on_gpu,
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_strategy="steps" if fit.save_steps else "no",
        save_steps=fit.save_steps or 1,
        save_total_limit=2,
        seed=fit.seed,
        data_seed=fit.seed,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=on_gpu,
        remove_unused_columns=False,
    )
