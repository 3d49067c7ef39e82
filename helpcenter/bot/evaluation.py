"""`bot eval`: how often the best-scored topic is the right one, on lines somebody labelled."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from helpcenter.bot.playbook import Playbook
from helpcenter.bot.topics import OUT_OF_SCOPE, TOPIC_IDS
from helpcenter.bot.understand import understand
from helpcenter.content.problems import ContentError, Problem
from helpcenter.i18n.locale import SOURCE


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line and the topics that are right for it, the first being the one it is counted under."""

    text: str
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How one topic fares: precision and recall are None where there is nothing to divide by."""

    topic: str
    lines: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome; `confusions` are (right, predicted, how often), the commonest first."""

    lines: int
    accuracy: float
    topics: tuple[Score, ...]
    confusions: tuple[tuple[str, str, int], ...]
    predictions: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain data, without the single predictions."""
        return {
            "lines": self.lines,
            "accuracy": round(self.accuracy, 4),
            "topics": {
                score.topic: {
                    "lines": score.lines,
                    "precision": score.precision,
                    "recall": score.recall,
                }
                for score in self.topics
            },
            "confusions": [
                {"intent": right, "predicted": predicted, "lines": count}
                for right, predicted, count in self.confusions
            ],
        }


def read_labelled(text: str, file: str) -> list[Labelled]:
    """Read JSONL with `text`, `intent` and maybe `alt`; other keys are ignored.

    Raises `ContentError` with every line that cannot be used.
    """
    rows: list[Labelled] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_labelled(json.loads(line)))
        except ValueError as error:
            problems.append(Problem(file, number, "bad_row", str(error)))
    if not rows and not problems:
        problems.append(Problem(file, 0, "empty", "no line to evaluate"))
    if problems:
        raise ContentError(problems)
    return rows


def _labelled(row: object) -> Labelled:
    if not isinstance(row, dict):
        raise ValueError('a row is an object: {"text": …, "intent": …}')
    text, intent, alternatives = row.get("text"), row.get("intent"), row.get("alt") or []
    if not isinstance(text, str) or not isinstance(intent, str):
        raise ValueError("`text` and `intent` are needed, both as text")
    if not isinstance(alternatives, list):
        raise ValueError("`alt` is a list of topic ids")
    right = tuple(dict.fromkeys((intent, *map(str, alternatives))))
    for topic in right:
        if topic not in (*TOPIC_IDS, OUT_OF_SCOPE):
            raise ValueError(f"`{topic}` is no topic id")
    return Labelled(text, right)


def evaluate(
    playbook: Playbook,
    rows: Iterable[Labelled],
    progress: Callable[[Iterable[Labelled]], Iterable[Labelled]] = iter,
) -> Evaluation:
    """Predict every row, each as the first line of a conversation; `progress` may count along.

    A row answered with an alternative counts as right, under its intent.
    """
    pairs = []
    predictions = []
    for row in progress(rows):
        got = understand(row.text, playbook, SOURCE).best
        predictions.append(got)
        pairs.append((row.right[0], row.right[0] if got in row.right else got))
    hits = sum(right == got for right, got in pairs)
    confused = Counter((right, got) for right, got in pairs if right != got)
    return Evaluation(
        lines=len(pairs),
        accuracy=hits / len(pairs) if pairs else 0.0,
        topics=tuple(_scores(pairs)),
        confusions=tuple((*pair, count) for pair, count in confused.most_common()),
        predictions=tuple(predictions),
    )


def _scores(pairs: list[tuple[str, str]]) -> Iterator[Score]:
    rights = Counter(right for right, _ in pairs)
    gots = Counter(got for _, got in pairs)
    hits = Counter(right for right, got in pairs if right == got)
    for topic in (*TOPIC_IDS, OUT_OF_SCOPE):
        if rights[topic] or gots[topic]:
            yield Score(
                topic,
                rights[topic],
                round(hits[topic] / gots[topic], 4) if gots[topic] else None,
                round(hits[topic] / rights[topic], 4) if rights[topic] else None,
            )
