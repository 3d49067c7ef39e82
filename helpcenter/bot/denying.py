"""What a line denies: which matches a negation, a denied wish or a veto takes out of account."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpcenter.bot.lexicon import Line, outermost
from helpcenter.bot.patterns import Match, Occurrence
from helpcenter.bot.playbook import DENIAL, NEGATION, WISH
from helpcenter.language.scripts import has_han

NEGATION_REACH = 2
DENIAL_REACH = 8
VETO_REACH = 14
NEGATED = "negated"


@dataclass(frozen=True, slots=True)
class Negations:
    """`plain` ones (not, 冇) deny the next word, `denials` (don't want, 唔想) a wish.

    `wishes` are the words of a wish; one that follows a denial ends it.
    """

    plain: tuple[Occurrence, ...]
    denials: tuple[Occurrence, ...]
    wishes: tuple[Occurrence, ...]


def negations_in(line: Line) -> Negations:
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
    return Negations(tuple(plain), tuple(line.met.get(DENIAL, ())), tuple(line.met.get(WISH, ())))


def why_dropped(
    line: Line, found: Match, vetoes: Sequence[Match], negations: Negations
) -> str | None:
    """Say why a match does not count, None if it does."""
    for veto in vetoes:
        if veto.at - found.to <= VETO_REACH and found.at - veto.to <= VETO_REACH:
            return veto.rule.id
    near = () if found.rule.telling else negations.plain
    plain = (_negates(line, no, found, NEGATION_REACH) for no in near)
    denied = (
        _negates(line, no, found, DENIAL_REACH) and not _wished_after(no, found, negations.wishes)
        for no in negations.denials
    )
    return NEGATED if any(plain) or any(denied) else None


def _wished_after(no: Occurrence, found: Match, wishes: Sequence[Occurrence]) -> bool:
    """Tell whether a wish of its own stands between a denial and a match: 唔想要喇想取消."""
    return any(no.to < wish.at and wish.to <= found.at for wish in wishes)


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
