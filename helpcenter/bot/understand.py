"""`understand`: from a line to what it is about, with every reason on record.

How a line is scored, so that a writer can follow it by hand:

1. The line is read once (`bot.lexicon`): all terms of all rules are met in one pass.
2. A rule matches when each of its elements is met, neighbours within its gap. A match is dropped
   when a plain negation stands right before one of its elements (`NEGATION_REACH`; not for a
   `telling` rule), when a denied wish stands before it in the same clause (`DENIAL_REACH`), or
   when a `not` rule of its topic matches within `VETO_REACH` of it.
3. Its score is `weight × (0.75 + 0.25 × share)`, for a rule of one element that is not `telling`
   `weight × (0.5 + 0.5 × share)`: the weight grows with the number of elements (0.6, 0.8, 0.9,
   0.95 …; a rule may name its own), the share is how much of what the line says is explained by
   the matches of the topic (filler, markers and what is denied say nothing). So a lone word
   counts only where the line says little else.
4. A topic scores as its best match. From `SURE` on it is answered; below, or when another topic is
   within `MARGIN` and the two are not questions of their own, the bot asks back; below `PERHAPS`
   it is nothing, and so is a line that a rule of `beyond` explains best. Social topics (hello,
   thanks) give way to any other, and need only `PERHAPS`.
5. Two topics matched in sentences that ask, or on both sides of a joiner ("also"), are two
   questions, answered in the order of the line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from helpcenter.bot.lexicon import Line, outermost
from helpcenter.bot.normal import Repair
from helpcenter.bot.patterns import Match, Occurrence, Rule, match
from helpcenter.bot.playbook import DENIAL, FILLER, NEGATION, ROMANISED, Playbook, heard
from helpcenter.bot.topics import OUT_OF_SCOPE
from helpcenter.i18n.locale import Locale
from helpcenter.language.scripts import has_han

SURE = 0.6
PERHAPS = 0.45
MARGIN = 0.02
NEGATION_REACH = 2
DENIAL_REACH = 8
VETO_REACH = 14
_MAX_CANDIDATES = 5
_NEGATED = "negated"
_LATIN_WORDS = 3


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
class Candidate:
    """A topic and everything that speaks for it, best first."""

    topic: str
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a line says.

    `topics` are the topics to answer, in order; several only for several questions. When it is
    empty, `unsure` holds up to three topics to ask back about; when that is empty too, the line
    is out of scope. `answers` are ids of answers (`topic/step/answer`) the words may mean;
    `hears` are the names of `bot.vocabulary.HEARS` that are met, `bare` those that are all the
    line says.
    """

    locale: Locale
    wish: Locale | None
    why_locale: str
    topics: tuple[str, ...]
    unsure: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    answers: tuple[str, ...]
    hears: frozenset[str]
    bare: frozenset[str]
    repairs: tuple[Repair, ...] = ()
    truncated: bool = False

    @property
    def best(self) -> str:
        """The best-scored topic even if unsure, the first of two questions, or out of scope."""
        said = self.topics or self.unsure
        return said[0] if said else OUT_OF_SCOPE


@dataclass(frozen=True, slots=True)
class _Negations:
    """`plain` ones (not, 冇) deny the next word, `denials` (don't want, 唔想) a wish."""

    plain: tuple[Occurrence, ...]
    denials: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    line: Line
    content: list[int]


@dataclass(frozen=True, slots=True)
class _Scored:
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


def understand(
    text: str, playbook: Playbook, locale: Locale, wish: Locale | None = None
) -> Understanding:
    """Say what a line is about; `locale` is the conversation's, `wish` the last one uttered.

    Pure and total: any text gives an answer, the same text always the same one.
    """
    line = playbook.lexicon.read(text)
    negations = _negations(line)
    names = [name for name in playbook.heard if name in line.met]
    spoken, uttered, why = _language(line, playbook, locale, wish)
    scored = _score(text, line, negations, playbook)
    topics, unsure = _settle(line, scored, playbook)
    return Understanding(
        locale=spoken,
        wish=uttered,
        why_locale=why,
        topics=topics,
        unsure=unsure,
        candidates=tuple(Candidate(s.topic, s.score, s.evidence) for s in scored[:_MAX_CANDIDATES]),
        answers=_answers(line, negations, playbook),
        hears=frozenset(names),
        bare=frozenset(names) if names and _is_bare(line, names) else frozenset(),
        repairs=line.normal.repairs,
        truncated=line.normal.truncated,
    )


def _language(
    line: Line, playbook: Playbook, locale: Locale, wish: Locale | None
) -> tuple[Locale, Locale | None, str]:
    """Choose the reply's language (CONTRACTS §7): (locale, wish that holds now, why)."""
    for wished in playbook.locales:
        if heard("wish", wished) in line.met:
            return wished, wished, "wished"
    if wish is not None:
        return wish, wish, "wished before"
    normal = line.normal
    han = next((known for known in playbook.locales if known.is_han), None)
    if han and (normal.has_han or _is_romanised(line)):
        return han, None, "written in Han" if normal.has_han else "romanised"
    if normal.latin_words >= _LATIN_WORDS and locale.is_han and not normal.has_han:
        latin = next((known for known in playbook.locales if not known.is_han), locale)
        return latin, None, "written in Latin"
    return locale, None, "the conversation's"


def _is_romanised(line: Line) -> bool:
    words = line.met.get(ROMANISED, ())
    spelt = sum(word.to - word.at for word in words)
    return len(words) > 1 or (spelt > 0 and spelt >= line.normal.latin_words)


def _score(text: str, line: Line, negations: _Negations, playbook: Playbook) -> list[_Scored]:
    """Score every topic that any rule speaks for, best first."""
    matches = [
        found
        for rule in _within_reach(line, playbook.rules)
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


def _judge(line: Line, matches: list[Match], negations: _Negations) -> list[_Judged]:
    """Say of each match of a topic why it does not count, None if it does."""
    vetoes = [found for found in matches if found.rule.vetoes]
    return [
        (found, _dropped(line, found, vetoes, negations))
        for found in matches
        if not found.rule.vetoes
    ]


def _within_reach(line: Line, rules: Mapping[str, tuple[Rule, ...]]) -> Iterable[Rule]:
    """Yield the rules one of whose elements is met; no other can match."""
    reached = {rule.id: rule for name in line.met for rule in rules.get(name, ())}
    return reached.values()


def _score_topic(reading: _Reading, topic: str, judged: list[_Judged]) -> _Scored | None:
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
    best, *others = evidence[:_MAX_CANDIDATES]
    matches = [found for found, item in others if item.score >= PERHAPS]
    items = tuple(item for _, item in (best, *others))
    return _Scored(topic, best[1].score, (best[0], *matches), items)


def _rate(rule: Rule, share: float) -> float:
    lone = len(rule.elements) == 1 and not rule.telling
    return round(rule.weight * (1 - (0.5 if lone else 0.25) * (1 - share)), 4)


def _dropped(
    line: Line, found: Match, vetoes: Sequence[Match], negations: _Negations
) -> str | None:
    """Say why a match does not count, None if it does."""
    for veto in vetoes:
        if veto.at - found.to <= VETO_REACH and found.at - veto.to <= VETO_REACH:
            return veto.rule.id
    near = () if found.rule.telling else negations.plain
    plain = (_negates(line, no, found, NEGATION_REACH) for no in near)
    denied = (_negates(line, no, found, DENIAL_REACH) for no in negations.denials)
    return _NEGATED if any(plain) or any(denied) else None


def _negations(line: Line) -> _Negations:
    """Return the negations that stand for themselves.

    Not those inside a longer term (`not sure`), nor a question of the form 改唔改.
    """
    text = line.normal.text
    terms = [word for name, words in line.met.items() if name != NEGATION for word in words]
    plain = (
        no
        for no in outermost(line.met.get(NEGATION, ()), terms)
        if not _is_choice(text[no.start - 1 : no.start], text[no.end : no.end + 1])
    )
    return _Negations(tuple(plain), tuple(line.met.get(DENIAL, ())))


def _is_choice(before: str, after: str) -> bool:
    return before == after and has_han(before)


def _negates(line: Line, no: Occurrence, found: Match, reach: int) -> bool:
    """Tell whether a match is denied: the clause that follows holds its words, one within reach."""
    if any(word.start <= no.start and no.end <= word.end for word in found.words):
        return False
    after = [word for word in found.words if word.at >= no.to]
    clause = line.normal.clause
    return any(word.at - no.to <= reach for word in after) and all(
        clause[word.start] == clause[no.start] for word in after
    )


def _content(line: Line, judged: Iterable[list[_Judged]]) -> list[int]:
    """Return, along the normal text, the half words that mean something and are not denied."""
    content = list(line.normal.units)
    silent = [word for name, words in line.met.items() if name[0] in "#@" for word in words]
    silent += [
        word for topic in judged for found, why in topic if why == _NEGATED for word in found.words
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


def _settle(
    line: Line, scored: list[_Scored], playbook: Playbook
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Decide between answering (topics in order) and asking back (up to three topics)."""
    serious = [s for s in scored if s.topic == OUT_OF_SCOPE or not playbook.topics[s.topic].social]
    if serious and serious[0].topic == OUT_OF_SCOPE and serious[0].score >= PERHAPS:
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
    scored: list[_Scored], playbook: Playbook
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ask back about what may be meant; a social topic alone needs no asking back."""
    perhaps = [s.topic for s in scored if s.score >= PERHAPS and s.topic != OUT_OF_SCOPE]
    serious = [topic for topic in perhaps if not playbook.topics[topic].social]
    if perhaps and not serious:
        return (perhaps[0],), ()
    return (), tuple(serious[:3])


def _two(line: Line, first: _Scored, second: _Scored) -> tuple[str, ...]:
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


def _asks(line: Line, sentence: int) -> bool:
    return sentence in line.normal.asking or any(
        line.normal.sentence[word.start] == sentence
        for name in ("@question", "@wish")
        for word in line.met.get(name, ())
    )


def _answers(line: Line, negations: _Negations, playbook: Playbook) -> tuple[str, ...]:
    """Return the answers whose words are met and not negated."""
    found = [
        hit
        for rule in _within_reach(line, playbook.answer_rules)
        if (hit := match(rule, line.met)) and _dropped(line, hit, (), negations) is None
    ]
    found.sort(key=lambda hit: (-len(hit.words), hit.at, hit.rule.id))
    return tuple(dict.fromkeys(hit.rule.answer for hit in found if hit.rule.answer))


def _is_bare(line: Line, names: Iterable[str]) -> bool:
    """Tell whether what is heard under these names, and filler, is all the line says."""
    content = list(line.normal.units)
    for name in (*names, FILLER):
        for word in line.met.get(name, ()):
            content[word.start : word.end] = [0] * (word.end - word.start)
    return not any(content)
