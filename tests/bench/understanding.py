"""How often the bot is right, beside a trained classifier judged on the same lines in one run.

The classifier is a logistic regression over character n-grams, a line's right topic its class. Our
own frozen lines are cut in half by a fixed seed, and it learns one half. So are other labelled
files, as `helpcenter bot eval` reads them: `--lines FILE`, as often as needed. Where their rows
name a `source` or a `strength`, each kind is a set of its own.
"""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpcenter.bot.evaluation import Labelled, evaluate
from helpcenter.bot.topics import OUT_OF_SCOPE
from helpcenter.language.scripts import has_han
from tests.bench.table import Row
from tests.bot import shipped

OWN = Path(__file__).parents[1] / "bot"
SEED = 20261122
AHEAD = 0.02
"""How far above the classifier the bot should be on every set."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A labelled line and the set it counts in."""

    row: Labelled
    group: str


def run(files: Sequence[str] = ()) -> list[Row]:
    """Judge both on the half that the classifier did not learn."""
    paths = [Path(name) for name in files] or [OWN / "lines_en.jsonl", OWN / "lines_zh.jsonl"]
    kept = [line for path in paths for line in read(path)]
    learnt, judged = halves(kept)
    ours = evaluate(shipped.playbook(), [line.row for line in judged]).predictions
    theirs = classify([line.row for line in learnt], [line.row.text for line in judged])
    rows = []
    for group in sorted({line.group for line in judged}):
        at = [index for index, line in enumerate(judged) if line.group == group]
        ours_right, theirs_right = (
            sum(said[index] in judged[index].row.right for index in at) / len(at)
            for said in (ours, theirs)
        )
        rows.append(
            Row(
                f"bot: right, {group}",
                ours_right,
                theirs_right,
                "",
                "≥ reference + 0.02",
                ours_right >= theirs_right + AHEAD,
                note=f"{len(at)} lines, reference: trained on {len(learnt)}",
            )
        )
    return rows


def read(path: Path) -> list[Kept]:
    """Read a labelled file; each line goes to the set its writing, source and scope name."""
    kept = []
    for text in path.read_text("utf-8").splitlines():
        row = Labelled.model_validate_json(text)
        raw = json.loads(text)
        source = raw.get("source", "written")
        kind = source if source == "written" else f"public {raw.get('strength', '')}".strip()
        scope = "out of scope" if row.intent == OUT_OF_SCOPE else "in scope"
        language = "Chinese" if has_han(row.text) or "zh" in path.stem else "English"
        kept.append(Kept(row, f"{language}, {kind}, {scope}"))
    return kept


def halves(kept: Iterable[Kept]) -> tuple[list[Kept], list[Kept]]:
    """Cut lines in two by a fixed seed, every set and topic evenly."""
    lines = sorted(kept, key=lambda line: (line.group, line.row.intent, line.row.text))
    order = random.Random(SEED)  # noqa: S311 - a repeatable cut, no secret
    parts: tuple[list[Kept], list[Kept]] = ([], [])
    groups: dict[tuple[str, str], list[Kept]] = {}
    for line in lines:
        groups.setdefault((line.group, line.row.intent), []).append(line)
    side = 0
    for found in groups.values():
        order.shuffle(found)
        for line in found:
            parts[side].append(line)
            side = 1 - side
    return parts


def classify(learnt: Sequence[Labelled], texts: Sequence[str]) -> list[str]:
    """Train the reference and return its topic for each text."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, min_df=1),
        LogisticRegression(C=20, max_iter=400),
    )
    model.fit([row.text.lower() for row in learnt], [row.intent for row in learnt])
    return [str(topic) for topic in model.predict([text.lower() for text in texts])]
