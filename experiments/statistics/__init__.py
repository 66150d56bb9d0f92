"""Is one system better than another by chance: intervals, tests, power and selective risk.

Two arms of fine-tuning over seeds are compared by `compare_runs`, one run of each by `compare`. That their intervals
cover what they say is simulated by `experiments.statistics.check`, whose report is `experiments/reports/statistics.md`.
"""

from experiments.statistics.comparison import Comparison, compare, compare_runs
from experiments.statistics.exact import sign_test
from experiments.statistics.multiplicity import benjamini_hochberg, holm
from experiments.statistics.power import smallest_detectable_effect
from experiments.statistics.resampling import Bootstrap, document_bootstrap, sign_flip_test
from experiments.statistics.selective import RiskCoverage, risk_coverage

__all__ = [
    "Bootstrap",
    "Comparison",
    "RiskCoverage",
    "benjamini_hochberg",
    "compare",
    "compare_runs",
    "document_bootstrap",
    "holm",
    "risk_coverage",
    "sign_flip_test",
    "sign_test",
    "smallest_detectable_effect",
]
