import random

HYPOTHESIS = "They save 45 %, because a shuffled batch of 16 nearly always holds a window of twice the mean length."
PREDICTION = 45.0


def batches(lengths, batch_size, seed):
    rng = random.Random(seed)
    order = rng.sample(range(len(lengths)), len(lengths))
    order.sort(key=lambda i: lengths[i])
    made = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    rng.shuffle(made)
    return made
