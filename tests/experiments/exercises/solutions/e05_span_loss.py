HYPOTHESIS = "It rises by 0.69, the logarithm of 2, because every token is about as likely, padding too."
PREDICTION = 0.69


def label_positions(offsets, start, end, null_index):
    inside = [i for i, place in enumerate(offsets) if place and place[0] < end and start < place[1]]
    if not inside or offsets[inside[0]][0] > start or offsets[inside[-1]][1] < end:
        return null_index, null_index
    return inside[0], inside[-1]


def span_loss(start_logits, end_logits, starts, ends):
    losses = []
    for logits, places in ((start_logits, starts), (end_logits, ends)):
        right = logits.gather(1, places[:, None])[:, 0]
        losses.append((logits.logsumexp(dim=1) - right).mean())
    return (losses[0] + losses[1]) / 2
