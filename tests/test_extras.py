"""Without the extras nothing imports them, and what needs one says what to install."""

import subprocess
import sys

import pytest

BLOCKED = """
import sys
for name in ("pymilvus", "grpc", "milvus_lite", "ray"):
    sys.modules[name] = None  # as if it were not installed
sys.argv[0] = "financeqa"
from experiments.cli import main
main()
"""


def without_extras(*args):
    return subprocess.run([sys.executable, "-c", BLOCKED, *map(str, args)], capture_output=True, text=True)


def test_what_works_without_extras_does_not_import_them(sample_index):
    asked = without_extras("ask", "--index", sample_index, "What was Larkfield's cost of revenue in fiscal 2023?")
    assert asked.returncode == 0 and asked.stdout.startswith("528"), asked.stderr


@pytest.mark.parametrize("command", [("ask", "QUESTION"), ("ingest", "PATH"), ("index", "info")])
def test_an_address_of_milvus_says_what_to_install(command):
    *words, last = command
    result = without_extras(*words, last, "--index", "milvus+http://localhost:19530/name")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1 and "pip install 'finance-qa[milvus]'" in result.stderr
