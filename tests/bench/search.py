"""Search against tantivy, FTS5 and stock Whoosh: same articles, same queries, query by query.

Measured is the CPU time of the asking thread for ten hits with title and marked snippet. An index
is built and asked in a process of its own, so that its memory can be told from the rest.
"""

import gc
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

from tests.bench import recall
from tests.bench.corpus import Corpus, chinese, english
from tests.bench.references import Ask, Fts5, StockWhoosh, Tantivy
from tests.bench.table import Row
from tests.search.shelf import ask, indexer

SMALL, LARGE, QUERIES = 1_000, 10_000, 200
ROUNDS, ROUGH_QUERIES = 5, 20
MAKERS = {"en": english, "zh-HK": chinese}
TANTIVY = {"en": 1.8, "zh-HK": 1.5}
BUILD_SECONDS = {"en": 60.0, "zh-HK": 100.0}
FTS5, P95_MS, GROWTH, MEMORY_MB = 0.4, 4.0, 1.6, 150.0


T = TypeVar("T")


class Built(NamedTuple):
    """What an index took to build (CPU seconds) and to hold (MB)."""

    seconds: float
    memory: float


def run() -> list[Row]:
    """Measure both languages in both sizes and return the rows."""
    return [row for tag in MAKERS for row in _language(tag)]


def _language(tag: str) -> Iterator[Row]:
    small = _compare(MAKERS[tag](SMALL, QUERIES), stock=True)
    medians = [small[0].ours]
    yield from small
    built = _build_and_hold(tag)
    large = _compare(MAKERS[tag](LARGE, QUERIES), stock=False)
    medians.append(large[0].ours)
    yield from large
    growth = medians[1] / medians[0]
    name = f"search {tag}, {LARGE:,} articles"
    yield Row(f"{name}, growth", growth, None, "×", f"≤ {GROWTH}", growth <= GROWTH)
    most = BUILD_SECONDS[tag]
    yield Row(f"{name}, build", built.seconds, None, "CPU-s", f"≤ {most:g}", built.seconds <= most)
    fits = built.memory <= MEMORY_MB
    yield Row(f"{name}, memory", built.memory, None, "MB", f"≤ {MEMORY_MB:g}", fits)


def _compare(corpus: Corpus, *, stock: bool) -> list[Row]:
    """Ask all engines each query in turn, several rounds, and take each query's median."""
    with tempfile.TemporaryDirectory() as folder:
        engine = indexer(Path(folder))(corpus.articles, "bench")
    engine.warm()
    references: dict[str, Ask] = {"tantivy": Tantivy(corpus).ask, "FTS5": Fts5(corpus).ask}
    sides: list[Ask] = [lambda query: ask(engine, query, corpus.locale), *references.values()]
    costs = [
        [statistics.median(times) for times in zip(*turns, strict=True)]
        for query in corpus.queries
        if (turns := [[_cpu(side, query) for side in sides] for _ in range(ROUNDS)])
    ]
    ours, *theirs = (sorted(side) for side in zip(*costs, strict=True))
    tag, count = corpus.locale.tag, len(corpus.articles)
    name, middle, high = f"search {tag}, {count:,} articles", len(ours) // 2, len(ours) * 95 // 100
    bars = {"tantivy": TANTIVY[tag], "FTS5": FTS5} if count == LARGE else {}
    rows = [
        _row(f"{name}, median", ours[middle], other[middle], engine_name, bars.get(engine_name))
        for engine_name, other in zip(references, theirs, strict=True)
    ]
    if stock:
        queries = corpus.queries[:ROUGH_QUERIES]
        whoosh = StockWhoosh(corpus).ask
        rough = statistics.median(_cpu(whoosh, query) for query in queries)
        rows.append(_row(f"{name}, median", ours[middle], rough, "stock Whoosh", None))
    late = ours[high]
    met = late < P95_MS if count == LARGE else None
    bar = f"< {P95_MS:g}" if count == LARGE else ""
    rows.append(Row(f"{name}, p95", late, theirs[0][high], "CPU ms", bar, met, "beside tantivy"))
    return rows + (recall.rows(engine, corpus) if count == LARGE else [])


def _row(name: str, ours: float, theirs: float, engine: str, bar: float | None) -> Row:
    met = None if bar is None else ours / theirs <= bar
    said = "" if bar is None else f"≤ {bar} × {engine}"
    return Row(name, ours, theirs, "CPU ms", said, met, f"beside {engine}")


def _cpu(ask_one: Ask, query: str) -> float:
    """Return the milliseconds of CPU that one query costs this thread."""
    before = time.thread_time()
    ask_one(query)
    return (time.thread_time() - before) * 1000


def _build_and_hold(tag: str) -> Built:
    """Build the large index in one process, then open and ask it in another."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = _apart(_build, tag, folder)
        return Built(seconds, _apart(_hold, tag, folder))


def _build(tag: str, folder: str) -> float:
    corpus = MAKERS[tag](LARGE, QUERIES)
    before = time.process_time()
    indexer(Path(folder))(corpus.articles, "bench")
    return time.process_time() - before


def _hold(tag: str, folder: str) -> float:
    """Return by how much the process grows that opens an index and answers from it."""
    queries = MAKERS[tag](SMALL, QUERIES)
    indexer()(queries.articles[:1], "small")
    gc.collect()
    before = _resident()
    engine = indexer(Path(folder))((), "bench")
    for query in queries.queries:
        ask(engine, query, queries.locale)
    return _resident() - before


def _resident() -> float:
    """Return the megabytes this process holds now, or the most it held where that is unknown."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


def _apart(work: Callable[..., T], *arguments: object) -> T:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(work, *arguments).result()
