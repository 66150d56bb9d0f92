import multiprocessing

import pytest


@pytest.fixture(scope="session", autouse=True)
def loaded_once():
    """Checks run in processes of their own; what they import is imported once for all, where their server starts."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["torch", "transformers", "accelerate", "datasets", "peft", "scipy.optimize"])
