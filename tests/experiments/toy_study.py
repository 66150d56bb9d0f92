"""Study of nothing, for tests of what studies run on.

Question: does a study run?

Hypothesis: it does.

Prediction: it does.

Primary metric: score on toy.

Smallest effect: 1 point.

Decision rule: see the tests.

Cost: seconds.

Command: none.
"""

import os
import random
import signal
import time

from experiments.study.study import Arm, Measured, Study


def measure(arguments, seed, folder):
    """Scores around 0.5, 0.2 higher for the better arm."""
    assert folder.is_dir()
    if arguments["does"] == "fail":
        raise ValueError("this arm cannot be measured")
    if arguments["does"] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(float(os.environ.get("TOY_SECONDS", "0")))
    rng = random.Random(f"{seed}")
    rows = [
        {
            "dataset": "toy",
            "id": f"{n:03}",
            "document": f"d{n % 8}",
            "score": 0.4 + 0.2 * rng.random() + arguments["adds"],
        }
        for n in range(80)
    ]
    return Measured(rows, ("score",), {"seen": seed})


STUDY = Study(
    name="toy",
    text=__doc__,
    primary="toy.score",
    smallest=1.0,
    baseline="plain",
    default={"adds": 0.0, "does": "score"},
    seeds={"smoke": 2, "cpu": 3, "full": 3},
    measure=measure,
    confirmatory=("better",),
    arms={
        "plain": Arm(),
        "better": Arm({"adds": 0.2}),
        "same": Arm({"adds": 0.0}),
        "broken": Arm({"does": "fail"}, smoke={"does": "score"}, seeds={"cpu": 1}),
        "deadly": Arm({"does": "die"}, smoke={"does": "score"}, seeds={"cpu": 1}),
    },
)
