"""`bot eval`: how often the best-scored topic is the right one, on lines somebody labelled."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from helpcenter.bot.playbook import Playbook
from helpcenter.bot.topics import OUT_OF_SCOPE, TOPIC_IDS
from helpcenter.bot.understand import understand
from helpcenter.content.problems import ContentError, Problem
from helpcenter.i18n.locale import SOURCE


class Labelled(BaseModel):
    """A line, the topic it is counted under, and others that are right for it as well."""

    model_config = ConfigDict(frozen=True)

    text: str
    intent: str
    alt: tuple[str, ...] = ()

    @field_validator("intent", "alt")
    @classmethod
    def _is_known(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for topic in (value,) if isinstance(value, str) else value:
            if topic not in (*TOPIC_IDS, OUT_OF_SCOPE):
                raise ValueError(f"`{topic}` is no topic id")
        return value

    @property
    def right(self) -> tuple[str, ...]:
        """All topics that are right for the line."""
        return (self.intent, *self.alt)


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
            rows.append(Labelled.model_validate_json(line))
        except ValidationError as error:
            what = "; ".join(
                f"{'.'.join(map(str, item['loc'])) or 'the row'}: {item['msg']}"
                for item in error.errors(include_url=False, include_input=False)
            )
            problems.append(Problem(file, number, "bad_row", what))
    if not rows and not problems:
        problems.append(Problem(file, 0, "empty", "no line to evaluate"))
    if problems:
        raise ContentError(problems)
    return rows


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
        pairs.append((row.intent, row.intent if got in row.right else got))
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
