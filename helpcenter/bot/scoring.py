"""What each topic is worth for a line, and every rule that spoke for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from helpcenter.bot.denying import NEGATED, Negations, why_dropped
from helpcenter.bot.lexicon import Line
from helpcenter.bot.patterns import Match, Rule, match
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.topics import OUT_OF_SCOPE

PERHAPS = 0.45
"""From here on a topic may be what is meant."""

MAX_EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """A rule that matched: its id, its words as (text, start, end) in the original, its score.

    `dropped` says why it does not count: `negated`, or the id of the rule that rules it out.
    """

    rule: str
    words: tuple[tuple[str, int, int], ...]
    score: float
    dropped: str | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    line: Line
    content: list[int]


@dataclass(frozen=True, slots=True)
class Scored:
    """A topic, its best match first, and what spoke for and against it."""

    topic: str
    score: float
    matches: tuple[Match, ...]
    evidence: tuple[Evidence, ...]

    @property
    def at(self) -> int:
        """Where the best match begins."""
        return self.matches[0].at


_Judged = tuple[Match, str | None]
"""A match, and why it does not count."""


def score(text: str, line: Line, negations: Negations, playbook: Playbook) -> list[Scored]:
    """Score every topic that any rule speaks for, best first."""
    matches = [
        found
        for rule in within_reach(line, playbook.rules)
        if (found := match(rule, line.met)) is not None
    ]
    by_topic: dict[str, list[Match]] = {}
    for found in matches:
        by_topic.setdefault(found.rule.owner, []).append(found)
    judged = {topic: _judge(line, found, negations) for topic, found in by_topic.items()}
    reading = _Reading(text, line, _content(line, judged.values()))
    scored = [
        result
        for topic, found in judged.items()
        if (result := _score_topic(reading, topic, found)) is not None
    ]
    order = {topic: index for index, topic in enumerate((*playbook.topics, OUT_OF_SCOPE))}
    return sorted(scored, key=lambda s: (-s.score, s.at, order[s.topic]))


def _judge(line: Line, matches: list[Match], negations: Negations) -> list[_Judged]:
    """Say of each match of a topic why it does not count, None if it does."""
    vetoes = [found for found in matches if found.rule.vetoes]
    return [
        (found, why_dropped(line, found, vetoes, negations))
        for found in matches
        if not found.rule.vetoes
    ]


def within_reach(line: Line, rules: Mapping[str, tuple[Rule, ...]]) -> Iterable[Rule]:
    """Yield the rules one of whose elements is met; no other can match."""
    reached = {rule.id: rule for name in line.met for rule in rules.get(name, ())}
    return reached.values()


def _score_topic(reading: _Reading, topic: str, judged: list[_Judged]) -> Scored | None:
    line = reading.line
    share = _share([found for found, why in judged if why is None], reading)
    evidence = []
    for found, why in judged:
        score = 0.0 if why else _rate(found.rule, share)
        words = tuple((reading.text[slice(*line.span(w))], *line.span(w)) for w in found.words)
        evidence.append((found, Evidence(found.rule.id, words, score, why)))
    evidence.sort(key=lambda pair: (-pair[1].score, pair[0].at, pair[1].rule))
    if not evidence:
        return None
    best, *others = evidence[:MAX_EVIDENCE]
    matches = [found for found, item in others if item.score >= PERHAPS]
    items = tuple(item for _, item in (best, *others))
    return Scored(topic, best[1].score, (best[0], *matches), items)


def _rate(rule: Rule, share: float) -> float:
    lone = len(rule.elements) == 1 and not rule.telling
    return round(rule.weight * (1 - (0.5 if lone else 0.25) * (1 - share)), 4)


def _content(line: Line, judged: Iterable[list[_Judged]]) -> list[int]:
    """Return, along the normal text, the half words that mean something and are not denied."""
    content = list(line.normal.units)
    silent = [word for name, words in line.met.items() if name[0] in "#@" for word in words]
    silent += [
        word for topic in judged for found, why in topic if why == NEGATED for word in found.words
    ]
    for word in silent:
        content[word.start : word.end] = [0] * (word.end - word.start)
    return content


def _share(matches: list[Match], reading: _Reading) -> float:
    """Return how much of what is said the matches explain: filler counts only where it matched."""
    covered = {
        at for found in matches for word in found.words for at in range(word.start, word.end)
    }
    units = reading.line.normal.units
    explained = sum(units[at] for at in covered)
    total = explained + sum(reading.content) - sum(reading.content[at] for at in covered)
    return explained / total if total else 1.0
