"""Building a site of 500 articles in two languages, whole and when one article has changed.

CPU seconds of this process, without the search index, which is built beside the site. The articles
have what real ones have: steps with figures, callouts, tables, questions, links to one another.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from helpcenter.content.roots import Root, starter
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.model import Site
from tests.bench.corpus import Corpus, chinese, english
from tests.bench.table import Row

ARTICLES, SHELVES, ROUNDS = 500, 10, 5
WHOLE_SECONDS, ONE_SECONDS = 10.0, 1.0
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="9"/></svg>'


def run() -> list[Row]:
    """Measure and return the rows; of one changed article the median."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder).resolve()
        size = sum(_write(path, text) for path, text in _files(site))
        roots = (Root(site), Root(starter(), "<starter>/"))
        whole, built = _cpu(partial(build, Settings(), roots))
        changed = next((site / "articles").glob("en/*/a00007.md"))
        costs = []
        for _ in range(ROUNDS):
            changed.write_text(f"{changed.read_text()}\nOne more line.\n")
            cost, built = _cpu(partial(build, Settings(), roots, built))
            costs.append(cost)
        one = statistics.median(costs)
    note = f"{2 * ARTICLES} articles, {size / 1e6:.1f} MB of Markdown"
    return [
        Row("build: all articles", whole, None, "CPU-s", "≤ 10", whole <= WHOLE_SECONDS, note),
        Row("build: one changed", one, None, "CPU-s", "≤ 1", one <= ONE_SECONDS, note),
    ]


def _cpu(work: Callable[[], Site]) -> tuple[float, Site]:
    before = time.process_time()
    built = work()
    return time.process_time() - before, built


def _write(path: Path, text: str) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.write_text(text)


def _files(site: Path) -> Iterator[tuple[Path, str]]:
    for corpus in (english(ARTICLES, 1), chinese(ARTICLES, 1)):
        home = site / "articles" / corpus.locale.folder
        for number in range(SHELVES):
            yield (
                home / f"shelf-{number}" / "_index.md",
                "---\ntitle: Shelf\nsummary: Words.\n---\n",
            )
        for number, one in enumerate(corpus.articles):
            yield home / f"shelf-{number % SHELVES}" / f"{one.slug}.md", _markdown(corpus, number)
            if corpus.locale.folder == "en":
                picture = site / "articles/_media" / one.slug / "en" / "step.svg"
                yield picture, _SVG.replace('"9"', f'"{number + 1}"')


def _markdown(corpus: Corpus, number: int) -> str:
    one = corpus.articles[number]
    lead, *rest = (section.text for section in one.sections)
    other = corpus.articles[(number + SHELVES) % len(corpus.articles)].slug
    keywords = ", ".join(one.keywords)
    matter = (
        f"---\ntitle: {one.title}\nsummary: {one.summary}\nkeywords: [{keywords}]\n"
        f"updated: 2026-11-{number % 28 + 1:02}\nrelated: [{other}]\n---\n"
    )
    body = [
        matter,
        f"{lead}\n",
    ]
    for position, (section, text) in enumerate(zip(one.sections[1:], rest, strict=True)):
        half = len(text) // 2
        body += [
            f"## {section.title} {{#part-{position}}}\n",
            f"{text[:half]} **{section.title}** [{one.title}]({other}.md#part-1)\n",
            f'1. {text[:60]}\n\n   ![{section.title}](step.svg "{one.title}")\n2. {text[60:99]}\n',
            f"> [!TIP]\n> {text[half:]}\n",
        ]
    body.append(
        f"| {lead[:10]} | {lead[10:20]} |\n| --- | --- |\n| {lead[:40]} | {{{{ product }}}} |\n"
    )
    body.append(f"::: faq\n### {one.title}? {{#faq-one}}\n\n{lead}\n:::\n")
    return "\n".join(body)
