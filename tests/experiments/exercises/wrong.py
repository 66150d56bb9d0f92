"""Plausible wrong solutions: what each replaces of the model solution, and a finding that tells of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wrong:
    number: int
    what: str
    part: str
    told: str  # part of the finding that does not hold


WRONG = [
    Wrong(
        1,
        "a piece is where it reads so first",
        """
def offsets(text, pieces):
    plain = [piece.removeprefix("##") for piece in pieces]
    return [(text.lower().find(piece), text.lower().find(piece) + len(piece)) for piece in plain]
""",
        "the same words again",
    ),
    Wrong(
        1,
        "accents are forgotten",
        """
def offsets(text, pieces):
    found, at = [], 0
    for piece in pieces:
        start = text.lower().index(piece.removeprefix("##"), at)
        at = start + len(piece.removeprefix("##"))
        found.append((start, at))
    return found
""",
        "in offsets: ValueError: substring not found",
    ),
    Wrong(
        2,
        "a token counts once however often it comes",
        """
def token_f1(prediction, gold):
    one, other = set(normalise(prediction).split()), set(normalise(gold).split())
    if not one or not other:
        return float(one == other)
    return 2 * len(one & other) / (len(one) + len(other))
""",
        "F1 of 'cost cost cost'",
    ),
    Wrong(
        2,
        "articles within words go too",
        """
def normalise(text):
    plain = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(plain.replace("the", "").replace("an", "").split())
""",
        "normalise 'theatre and an ant'",
    ),
    Wrong(
        3,
        "start and end are chosen apart",
        """
def best_span(start_logits, end_logits, offsets, null_index, max_tokens):
    first, last = start_logits.argmax(), end_logits.argmax()
    return (offsets[first][0], offsets[last][1]) if offsets[first] and offsets[last] else None
""",
        "an end before its start",
    ),
    Wrong(
        3,
        "it always answers",
        """
def best_span(start_logits, end_logits, offsets, null_index, max_tokens):
    pairs = [
        (start_logits[i] + end_logits[j], offsets[i][0], offsets[j][1])
        for i in range(len(offsets))
        for j in range(i, min(i + max_tokens, len(offsets)))
        if offsets[i] and offsets[j]
    ]
    return max(pairs)[1:] if pairs else None
""",
        "no answer",
    ),
    Wrong(
        4,
        "windows begin at every step, needed or not",
        """
def windows(tokens, size, stride):
    if stride >= size:
        raise ValueError("too large a stride")
    return [(at, min(at + size, tokens)) for at in range(0, max(tokens, 1), size - stride)]
""",
        "a window adds nothing",
    ),
    Wrong(
        4,
        "the stride is taken for the step",
        """
def windows(tokens, size, stride):
    if stride >= size:
        raise ValueError("too large a stride")
    found = [(0, min(size, tokens))]
    while found[-1][1] < tokens:
        start = found[-1][0] + max(1, stride)
        found.append((start, min(start + size, tokens)))
    return found
""",
        "neighbours do not share the stride",
    ),
    Wrong(
        5,
        "an answer at the edge is cut to the window",
        """
def label_positions(offsets, start, end, null_index):
    inside = [i for i, place in enumerate(offsets) if place and place[0] < end and start < place[1]]
    return (inside[0], inside[-1]) if inside else (null_index, null_index)
""",
        "begins before the window",
    ),
    Wrong(
        5,
        "the logarithm of a softmax that has become zero",
        """
def span_loss(start_logits, end_logits, starts, ends):
    losses = []
    for logits, places in ((start_logits, starts), (end_logits, ends)):
        shares = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
        losses.append(-shares.gather(1, places[:, None]).log().mean())
    return (losses[0] + losses[1]) / 2
""",
        "logits times 50000",
    ),
    Wrong(
        6,
        "gradients add up",
        """
def fit(model, batches, *, learning_rate, weight_decay, warmup_steps):
    adamw = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    losses = []
    for batch in batches:
        loss = model(**batch).loss
        loss.backward()
        adamw.step()
        losses.append(loss.item())
    return losses
""",
        "they part at step",
    ),
    Wrong(
        6,
        "gradients are not cut",
        """
def fit(model, batches, *, learning_rate, weight_decay, warmup_steps):
    from transformers import get_linear_schedule_with_warmup

    matrices = [each for each in model.parameters() if each.dim() > 1]
    others = [each for each in model.parameters() if each.dim() <= 1]
    adamw = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}], lr=learning_rate
    )
    rate = get_linear_schedule_with_warmup(adamw, warmup_steps, len(batches))
    losses = []
    for batch in batches:
        loss = model(**batch).loss
        loss.backward()
        adamw.step()
        rate.step()
        adamw.zero_grad()
        losses.append(loss.item())
    return losses
""",
        "they part at step",
    ),
    Wrong(
        7,
        "short windows come first",
        """
def batches(lengths, batch_size, seed):
    order = sorted(range(len(lengths)), key=lambda i: (lengths[i], random.Random(seed + i).random()))
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
""",
        "the place of a batch and its length correlate",
    ),
    Wrong(
        7,
        "what is left over is dropped",
        """
def batches(lengths, batch_size, seed):
    order = sorted(range(len(lengths)), key=lambda i: lengths[i])
    made = [order[i : i + batch_size] for i in range(0, len(order) - batch_size + 1, batch_size)]
    random.Random(seed).shuffle(made)
    return made
""",
        "one left over",
    ),
    Wrong(
        7,
        "batches are shuffled windows",
        """
def batches(lengths, batch_size, seed):
    order = random.Random(seed).sample(range(len(lengths)), len(lengths))
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
""",
        "tokens computed an epoch",
    ),
    Wrong(
        8,
        "values are floating",
        """
def parse(text):
    found = _NUMBER.search(text)
    if found is None:
        return None
    value = float(found[0].replace(",", ""))
    before, after = text[: found.start()], text[found.end() :]
    if ("(" in before and ")" in after) or re.search(r"[-−–]\\s*\\D?\\s*$", before):
        value = -value
    unit = next((name for sign, name in _UNITS.items() if sign in text), None)
    return value, unit, next((power for word, power in _SCALES.items() if word in after), 0)
""",
        "expected (Decimal(",
    ),
    Wrong(
        8,
        "only one kind of minus is known",
        """
def parse(text):
    found = _NUMBER.search(text)
    if found is None:
        return None
    value = Decimal(found[0].replace(",", ""))
    before, after = text[: found.start()], text[found.end() :]
    if ("(" in before and ")" in after) or "-" in before:
        value = -value
    unit = next((name for sign, name in _UNITS.items() if sign in text), None)
    return value, unit, next((power for word, power in _SCALES.items() if word in after), 0)
""",
        "'−5.2%'",
    ),
    Wrong(
        9,
        "long passages are not held against their words",
        """
def bm25(question, passages):
    counts = [Counter(passage) for passage in passages]
    scores = [0.0] * len(passages)
    for word in question:
        n = sum(word in count for count in counts)
        weight = log(1 + (len(passages) - n + 0.5) / (n + 0.5))
        scores = [s + weight * count[word] / (count[word] + 1.2) for s, count in zip(scores, counts)]
    return scores
""",
        "a rare word and a common one: passage 0",
    ),
    Wrong(
        9,
        "no word was thought of that nobody has",
        """
def fuse(cosines, scores, semantic):
    mixed = [semantic * c + (1 - semantic) * s / max(scores) for c, s in zip(cosines, scores)]
    return sorted(range(len(mixed)), key=lambda i: (-mixed[i], i))
""",
        "ZeroDivisionError",
    ),
    Wrong(
        10,
        "both matrices begin at random",
        """
class Adapted(Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear, self.factor = linear, alpha / rank
        self.a = Parameter(torch.randn(rank, linear.in_features))
        self.b = Parameter(torch.randn(linear.out_features, rank))

    def forward(self, inputs):
        return self.linear(inputs) + self.factor * (inputs @ self.a.T @ self.b.T)
""",
        "logits at the start",
    ),
    Wrong(
        10,
        "the factor is left out when merging",
        """
def merged(model):
    for name, module in list(model.named_modules()):
        if isinstance(module, Adapted):
            with torch.no_grad():
                module.linear.weight += module.b @ module.a
            _replace(model, name, module.linear)
    return model
""",
        "logits when merged",
    ),
    Wrong(
        10,
        "the head is forgotten",
        """
def with_lora(model, rank, alpha):
    model.requires_grad_(False)
    for name, linear in linears(model).items():
        _replace(model, name, Adapted(linear, rank, alpha))
    return model
""",
        "trained weights",
    ),
    Wrong(
        11,
        "layers are known by BERT's names",
        """
class Mine(Technique):
    name: Literal["mine"] = "mine"
    frozen: int = 3
    decay: float = 0.8

    def prepare(self, model, setting):
        low = ("bert.embeddings.", *(f"bert.encoder.layer.{i}." for i in range(self.frozen)))
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(not name.startswith(low))
        return model

    def rate(self, parameter, model):
        return float(self.decay ** below_head(parameter, model))
""",
        "distilbert: what is trained",
    ),
    Wrong(
        11,
        "the rate falls towards the head",
        """
class Mine(Technique):
    name: Literal["mine"] = "mine"
    frozen: int = 3
    decay: float = 0.8

    def prepare(self, model, setting):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(depth(name, model) > self.frozen)
        return model

    def rate(self, parameter, model):
        return float(self.decay ** depth(parameter, model))
""",
        "bert: rates",
    ),
    Wrong(
        11,
        "what it counts is lost at a stop",
        """
class Mine(Technique):
    name: Literal["mine"] = "mine"
    frozen: int = 3
    decay: float = 0.8
    _steps: int = 0

    def prepare(self, model, setting):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(depth(name, model) > self.frozen)
        return model

    def rate(self, parameter, model):
        return float(self.decay ** below_head(parameter, model))

    def after_step(self, model, done):
        self._steps += 1
        model.qa_outputs.bias.data += 0.01 * self._steps
""",
        "weights after a stop in the middle",
    ),
    Wrong(
        12,
        "bins of equal width",
        """
def calibration_error(probabilities, right, bins):
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    chosen = [place == each for each in range(bins) if (place == each).any()]
    return sum(each.sum() * abs(probabilities[each].mean() - right[each].mean()) for each in chosen) / len(right)
""",
        "calibration error, crowded near one",
    ),
    Wrong(
        12,
        "a reader is never taken for too unsure",
        """
def temperature(margins, right):
    grid = np.linspace(1, 100, 9901)
    signs = np.where(right > 0, 1.0, -1.0)
    return float(grid[np.argmin([np.logaddexp(0.0, -signs * margins / t).mean() for t in grid[::20]]) * 20])
""",
        "temperature of a reader that is 0.4 times as sure",
    ),
    Wrong(
        13, "both arms are the same", "def arms():\n    return {'full': Arm(), 'slow': Arm({})}", "1 of them the same"
    ),
    Wrong(
        13,
        "the baseline changes something",
        "def arms():\n    return {'full': Arm({'epochs': 2}), 'freeze': Arm({'technique': [{'name': 'freeze'}]})}",
        "the baseline, full, changes nothing",
    ),
    Wrong(
        14,
        "single questions are drawn",
        """
def interval(differences, documents, resamples, seed):
    drawn = np.random.default_rng(seed).integers(len(differences), size=(resamples, len(differences)))
    low, high = np.quantile(differences[drawn].mean(1), [0.025, 0.975])
    return float(low), float(high)
""",
        "finds a difference where there is none",
    ),
    Wrong(
        14,
        "the mean of documents' means",
        """
def interval(differences, documents, resamples, seed):
    names, place = np.unique(documents, return_inverse=True)
    means = np.bincount(place, weights=differences) / np.bincount(place)
    drawn = np.random.default_rng(seed).integers(len(names), size=(resamples, len(names)))
    low, high = np.quantile(means[drawn].mean(1), [0.025, 0.975])
    return float(low), float(high)
""",
        "a document with most of the questions",
    ),
    Wrong(
        14,
        "runs are taken to be in one order",
        """
def source(rows):
    runs = {seed: [row for row in rows if row["seed"] == seed] for seed in (1, 2)}
    return Source(
        "mine", "made.right", {"system": {s: np.array([r["right"] for r in run]) for s, run in runs.items()}},
        "system", (), [row["document"] for row in runs[1]], [row["slices"] for row in runs[1]], ["made up"], "none",
    )
""",
        "mean of the gap's slice",
    ),
    Wrong(
        15,
        "answers are tidied up",
        "def answer(question, context):\n    return first_found(question, context).upper()",
        "answers stand in their passage",
    ),
    Wrong(
        15,
        "any gain is kept",
        "def verdict(gain):\n    return 'kept' if gain.difference > 0 else 'lost'",
        "verdict on a gain that chance explains",
    ),
    Wrong(
        15,
        "the answers are known by heart",
        """
def answer(question, context):
    from qa.data.generated import generated_examples

    known = {example.question: example.answers[0] for example in generated_examples("dev")}
    found = known.get(question, "")
    return found if found in context else ""
""",
        "the same answers about companies of other names",
    ),
]
