HYPOTHESIS = "Something else in 35 % of windows, because either of two maxima may be noise."
PREDICTION = 35.0


def best_span(start_logits, end_logits, offsets, null_index, max_tokens):
    best, found = start_logits[null_index] + end_logits[null_index], None
    for first, place in enumerate(offsets):
        for last in range(first, min(first + max_tokens, len(offsets))):
            if place is None or offsets[last] is None:
                continue
            score = start_logits[first] + end_logits[last]
            if score > best or (found is None and score == best):
                best, found = score, (place[0], offsets[last][1])
    return found
