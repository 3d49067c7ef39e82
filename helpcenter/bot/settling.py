"""Answer, ask back or stay out: what scores mean for the reply."""

from itertools import product

from helpcenter.bot.lexicon import Line
from helpcenter.bot.patterns import Match
from helpcenter.bot.playbook import QUESTION, WISH, Playbook, heard
from helpcenter.bot.scoring import PERHAPS, Scored
from helpcenter.bot.topics import HUMAN, OUT_OF_SCOPE

SURE = 0.6
"""From here on a topic is answered."""

MARGIN = 0.02
"""Two sure topics nearer than this are asked back about."""


def settle(
    line: Line, scored: list[Scored], playbook: Playbook
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Decide between answering (topics in order) and asking back (up to three topics)."""
    serious = [s for s in scored if s.topic == OUT_OF_SCOPE or not playbook.topics[s.topic].social]
    if serious and serious[0].topic == OUT_OF_SCOPE and serious[0].score >= PERHAPS:
        if WISH in line.met and any(s.topic == HUMAN and s.score >= SURE for s in serious):
            # Whatever else it says, a wish for a person is heard.
            return (HUMAN,), ()
        politely = scored[0].topic != OUT_OF_SCOPE
        return ((scored[0].topic,) if politely else ()), ()
    sure = [s for s in serious if s.score >= SURE and s.topic != OUT_OF_SCOPE]
    if not sure:
        return _settle_unsure(scored, playbook)
    first, *others = sure
    for second in serious[1:]:
        heard_too = second.score >= PERHAPS and second.topic != OUT_OF_SCOPE
        if heard_too and (two := _two(line, first, second)):
            return two, ()
    close = [s.topic for s in others if first.score - s.score < MARGIN]
    if close:
        return (), (first.topic, *close[:2])
    return (first.topic,), ()


def _settle_unsure(
    scored: list[Scored], playbook: Playbook
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ask back about what may be meant; a social topic alone needs no asking back."""
    perhaps = [s.topic for s in scored if s.score >= PERHAPS and s.topic != OUT_OF_SCOPE]
    serious = [topic for topic in perhaps if not playbook.topics[topic].social]
    if perhaps and not serious:
        return (perhaps[0],), ()
    return (), tuple(serious[:3])


def _two(line: Line, first: Scored, second: Scored) -> tuple[str, ...]:
    """Return both topics in the order of the line if they are two questions, else nothing."""
    for one, other in product(first.matches, second.matches):
        if _are_two(line, one, other, sure=second.score >= SURE):
            topics = (first.topic, second.topic)
            return topics if one.at < other.at else topics[::-1]
    return ()


def _are_two(line: Line, one: Match, other: Match, *, sure: bool) -> bool:
    """Tell whether two matches are two questions: joined by a word, or each asked for itself.

    What is not `sure` counts only when joined: the other question took its share of the line.
    """
    first, second = sorted((one, other), key=lambda m: m.at)
    if first.to > second.at:
        return False
    before, after = first.words[-1].start, second.words[0].start
    sentence = line.normal.sentence
    if (
        sure
        and sentence[before] != sentence[after]
        and all(_asks(line, sentence[at]) for at in (before, after))
    ):
        return True
    return any(
        before < word.start and word.end <= second.words[-1].end
        for word in line.met.get(heard("joiner"), ())
    )


def asks(line: Line) -> bool:
    """Tell whether any sentence of a line asks or wishes for something."""
    return any(_asks(line, sentence) for sentence in {*line.normal.sentence})


def _asks(line: Line, sentence: int) -> bool:
    return sentence in line.normal.asking or any(
        line.normal.sentence[word.start] == sentence
        for name in (QUESTION, WISH)
        for word in line.met.get(name, ())
    )
