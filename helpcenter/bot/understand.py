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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from helpcenter.bot.denying import Negations, negations_in, why_dropped
from helpcenter.bot.lexicon import Line
from helpcenter.bot.normal import Repair
from helpcenter.bot.patterns import Match, match
from helpcenter.bot.playbook import FILLER, QUESTION, ROMANISED, Playbook, heard
from helpcenter.bot.scoring import Evidence, score, within_reach
from helpcenter.bot.settling import asks, settle
from helpcenter.bot.topics import OUT_OF_SCOPE
from helpcenter.i18n.locale import Locale

_MAX_CANDIDATES = 5
_LATIN_WORDS = 3
_ONE_WORD = 2
"""Half words: an English word, two Chinese characters."""


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
    is out of scope. `answers` are ids of answers (`topic/step/answer`) the words may mean,
    `hints` where in the original the word stands of those for which but one word speaks; `asks`
    tells whether any of it is a question or a wish; `hears` are the names of
    `bot.vocabulary.HEARS` that are met, `bare` those that are all the line says. `normal` is the
    line in normal form.
    """

    locale: Locale
    wish: Locale | None
    why_locale: str
    topics: tuple[str, ...]
    unsure: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    answers: tuple[str, ...]
    hints: Mapping[str, tuple[int, int]]
    asks: bool
    question: bool
    hears: frozenset[str]
    bare: frozenset[str]
    normal: str
    repairs: tuple[Repair, ...] = ()
    truncated: bool = False

    @property
    def best(self) -> str:
        """The best-scored topic even if unsure, the first of two questions, or out of scope."""
        said = self.topics or self.unsure
        return said[0] if said else OUT_OF_SCOPE


def understand(
    text: str, playbook: Playbook, locale: Locale, wish: Locale | None = None
) -> Understanding:
    """Say what a line is about; `locale` is the conversation's, `wish` the last one uttered.

    Pure and total: any text gives an answer, the same text always the same one.
    """
    line = playbook.lexicon.read(text)
    negations = negations_in(line)
    names = [name for name in playbook.heard if line.met.get(name)]
    spoken, uttered, why = _language(line, playbook, locale, wish)
    scored = score(text, line, negations, playbook)
    topics, unsure = settle(line, scored, playbook)
    answers = _answers(line, negations, playbook)
    return Understanding(
        locale=spoken,
        wish=uttered,
        why_locale=why,
        topics=topics,
        unsure=unsure,
        candidates=tuple(Candidate(s.topic, s.score, s.evidence) for s in scored[:_MAX_CANDIDATES]),
        answers=tuple(answers),
        hints={each: line.span(hit.words[0]) for each, hit in answers.items() if _lone(hit)},
        asks=asks(line),
        question=QUESTION in line.met,
        hears=frozenset(names),
        bare=frozenset(names) if names and _is_bare(line, names) else frozenset(),
        normal=line.normal.text,
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
    if han and (normal.has_han or normal.romanised or _is_romanised(line)):
        return han, None, "written in Han" if normal.has_han else "romanised"
    if normal.latin_words >= _LATIN_WORDS and locale.is_han and not normal.has_han:
        latin = next((known for known in playbook.locales if not known.is_han), locale)
        return latin, None, "written in Latin"
    return locale, None, "the conversation's"


def _is_romanised(line: Line) -> bool:
    words = line.met.get(ROMANISED, ())
    spelt = sum(word.to - word.at for word in words)
    return len(words) > 1 or (spelt > 0 and spelt >= line.normal.latin_words)


def _answers(line: Line, negations: Negations, playbook: Playbook) -> dict[str, Match]:
    """Return the answers whose words are met and not negated, each with its fullest match."""
    found = [
        hit
        for rule in within_reach(line, playbook.answer_rules)
        if (hit := match(rule, line.met)) and why_dropped(line, hit, (), negations) is None
    ]
    found.sort(key=lambda hit: (hit.at - hit.to, -len(hit.words), hit.at, hit.rule.id))
    answers: dict[str, Match] = {}
    for hit in found:
        answers.setdefault(hit.rule.answer or "", hit)
    return answers


def _lone(found: Match) -> bool:
    return len(found.words) == 1 and found.to - found.at <= _ONE_WORD


def _is_bare(line: Line, names: Iterable[str]) -> bool:
    """Tell whether what is heard under these names, and filler, is all the line says."""
    content = list(line.normal.units)
    for name in (*names, FILLER):
        for word in line.met.get(name, ()):
            content[word.start : word.end] = [0] * (word.end - word.start)
    return not any(content)
