import subprocess
import sys
import time

PROGRAM = (
    "import sys, qa, retrieval; print([m for m in ('torch', 'transformers', 'faiss', 'numpy') if m in sys.modules])"
)


def test_importing_the_packages_is_light():
    started = time.perf_counter()
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
    assert time.perf_counter() - started < 2.0  # 0.1 s on an idle machine; a loaded one must not fail the suite
