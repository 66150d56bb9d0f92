import torch

HYPOTHESIS = "It lets them stay, because the rate climbs from zero and the first step has the first rate."
PREDICTION = "stay"


def fit(model, batches, *, learning_rate, weight_decay, warmup_steps):
    matrices = [each for each in model.parameters() if each.dim() > 1]
    others = [each for each in model.parameters() if each.dim() <= 1]
    adamw = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}], lr=learning_rate
    )
    steps, losses = len(batches), []
    model.train()
    for step, batch in enumerate(batches):
        share = step / warmup_steps if step < warmup_steps else (steps - step) / (steps - warmup_steps)
        for group in adamw.param_groups:
            group["lr"] = learning_rate * share
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adamw.step()
        adamw.zero_grad()
        losses.append(loss.item())
    return losses
