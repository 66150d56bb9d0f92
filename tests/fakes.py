"""Stand-ins that are fast and always do the same."""

import hashlib
import json
import multiprocessing
import os
import threading
import time

import numpy as np

from qa.answer import Answer
from qa.api.stopping import Stopped, go_on
from retrieval.document import Document, Identity, Page, Text


class HashEmbedder:
    """Vectors drawn from the words' hashes: texts that share words are near each other."""

    def __init__(self, dimensions=16, fingerprint="hash"):
        self.dimensions = dimensions
        self.fingerprint = fingerprint
        self.embedded = 0

    def embed(self, texts):
        self.embedded += len(texts)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4])
                vectors[row] += np.random.default_rng(seed).normal(size=self.dimensions)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)


class GatedEmbedder(HashEmbedder):
    """Logs in which node of a Ray cluster and process it works; gated texts, which it logs too, wait for the gate."""

    def __init__(self, folder):
        super().__init__()
        self.log, self.gate = folder / "log", folder / "gate"

    def embed(self, texts):
        import ray

        gated = any("gated" in text for text in texts)
        with self.log.open("a") as file:
            file.write(json.dumps([gated, ray.get_runtime_context().get_node_id(), os.getpid()]) + "\n")
        while gated and not self.gate.exists():
            time.sleep(0.05)
        return super().embed(texts)


class LargeOutcomes:
    """A worker of a Ray cluster whose outcomes have 10 MB; counts them in a file."""

    def __init__(self, count):
        self.count = count

    def __call__(self, items):
        for item in items:
            with self.count.open("a") as file:
                file.write("x")
            yield item["name"], bytes(10_000_000)


def document(name, *paragraphs, company=None, year=None, form="10-K"):
    """A document of one page with these paragraphs."""
    text = "\n".join(paragraphs)
    blocks, at = [], 0
    for paragraph in paragraphs:
        blocks.append(Text(at, at + len(paragraph)))
        at += len(paragraph) + 1
    identity = Identity(company=company, fiscal_year=year, form=form)
    identifier = hashlib.sha256(f"{text}{identity}".encode()).hexdigest()[:16]
    return Document(identifier, name, identity, name, (Page(1, text, tuple(blocks)),))


def clean_processes(module):
    """Processes forked from one that has imported `module` and computed nothing.

    A fork of the tests' own process would inherit the locks of its computing threads, and hang.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    return context


class SlowSystem:
    """Answers when it is let; until then it asks whether to go on, as a reader does between its batches."""

    def __init__(self):
        self.free = threading.Event()
        self.begun = threading.Semaphore(0)
        self.stopped = threading.Event()
        self.asked = []

    def ask(self, question, **filters):
        self.asked.append((question, filters))
        self.begun.release()
        try:
            while not self.free.wait(0.01):
                go_on()
        except Stopped:
            self.stopped.set()
            raise
        return Answer(question, "475", True)
