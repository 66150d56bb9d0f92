HYPOTHESIS = "It has 9 tokens, because an answer that begins just before a window has all but one of its tokens shared."
PREDICTION = 9


def windows(tokens, size, stride):
    if stride >= size:
        raise ValueError(f"windows of {size} tokens that share {stride} have none of their own")
    found = [(0, min(size, tokens))]
    while found[-1][1] < tokens:
        start = found[-1][1] - stride
        found.append((start, min(start + size, tokens)))
    return found
