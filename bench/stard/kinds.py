"""FAISS types beside each other: size, build, speed of one question, and how much of the exact answer each finds."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.stard.data import Stard
from bench.stard.encode import encode
from knowledge.encoder import load_encoder
from knowledge.index.dense import dense_type

_POOL = 1_000
_OTHERS = (("Flat", None), ("SQfp16", None), ("SQ8", None), ("HNSW32,SQ8", 400), ("HNSW32,SQ8", 1_000))
_PROBED = (16, 43, 115)


def rows(stard: Stard) -> Iterator[str]:
    """Lines of a Markdown table."""
    import faiss

    faiss.omp_set_num_threads(1)
    articles = encode(stard)
    questions = load_encoder(threads=2).encode([question.text for question in stard.aside])
    exact = np.argsort(-(questions @ articles.T), axis=1)[:, :_POOL]
    lists = dense_type(len(articles))
    yield "| FAISS type | searched | build | size | p50 | p95 | of the exact 10 | 100 | 1,000 |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for kind, effort in (*_OTHERS, *((lists, probed) for probed in _PROBED)):
        began = time.perf_counter()
        index = faiss.index_factory(articles.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        if not index.is_trained:
            index.train(articles[::2])
        index.add(articles)
        built = time.perf_counter() - began
        if effort:
            faiss.ParameterSpace().set_index_parameter(index, "nprobe" if "IVF" in kind else "efSearch", effort)
        with tempfile.TemporaryDirectory() as folder:
            faiss.write_index(index, f"{folder}/index")
            size = Path(folder, "index").stat().st_size
        took, found = [], []
        for question in questions:
            began = time.perf_counter()
            found.append(index.search(question[None], _POOL)[1][0])
            took.append(1000 * (time.perf_counter() - began))
        shares = [
            np.mean([len(np.intersect1d(a[:most], b[:most])) / most for a, b in zip(found, exact, strict=True)])
            for most in (10, 100, _POOL)
        ]
        values = " | ".join(f"{share:.3f}" for share in shares)
        speed = f"{np.percentile(took, 50):.1f} ms | {np.percentile(took, 95):.1f} ms"
        yield f"| {kind} | {effort or 'all'} | {built:.1f} s | {size / 1e6:.1f} MB | {speed} | {values} |"
