"""What a waiting conversation is told of a change. Pure and total, as the engine is.

The news in sentences; then, where the trouble is over, that it is, else the step of a topic that
helps from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from helpcenter.billing.codes import Kind
from helpcenter.billing.diagnosis import Diagnosis, Moment, diagnose
from helpcenter.billing.facts import Facts
from helpcenter.billing.news import Change, News
from helpcenter.bot.engine import decide
from helpcenter.bot.facts import FactView, Shown
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.route import Route
from helpcenter.bot.state import Decision, SaidChoice, State, Trace
from helpcenter.bot.topics import OUT_OF_SCOPE, TO_TOPIC
from helpcenter.bot.wording import Words, fill
from helpcenter.conversations.parts import Text
from helpcenter.i18n.locale import Locale

NOT_SAVING = "update_not_saving"
DECLINED = "card_declined"

_ABOUT_SAVING = frozenset(
    {
        Kind.NEW_CARD_NOT_DEFAULT,
        Kind.SUBSCRIPTION_OWN_CARD,
        Kind.NEW_CARD_NOT_TRIED,
        Kind.OTHER_CUSTOMER,
    }
)
_QUIET = frozenset({News.ENDING, News.ENDED, News.PAUSED, News.PLAN_CHANGED})
"""What was wished for, so that no card need be spoken of."""
_SETTLES = frozenset(set(News) - _QUIET - {News.RESUMED, News.ADDRESS})


@dataclass(frozen=True, slots=True)
class Looked:
    """A customer's facts as they are now, with what the bot may know of them."""

    facts: Facts
    view: FactView
    now: datetime
    zone: tzinfo

    @property
    def troubles(self) -> tuple[Diagnosis, ...]:
        """What is wrong; a card that will expire one day is not."""
        found = diagnose(self.facts, self.now)
        return tuple(each for each in found if each.kind is not Kind.CARD_EXPIRING)

    @property
    def over(self) -> bool:
        """Whether nothing is wrong and nothing waits to be paid."""
        return not self.troubles and not self.facts.open_invoices


def sentences(
    playbook: Playbook, changes: Sequence[Change], looked: Looked, locale: Locale
) -> tuple[str, ...]:
    """Return what is new, a sentence a change."""
    return tuple(dict.fromkeys(_sentence(playbook, change, looked, locale) for change in changes))


def news(
    playbook: Playbook,
    state: State,
    changes: Sequence[Change],
    looked: Looked,
    locale: Locale,
) -> Decision:
    """Return what the bot says to a customer when something has changed, in `locale`."""
    kinds = {change.kind for change in changes}
    fresh = replace(state, topic=None, step=None, told=(), misses=0)
    following = None
    if not looked.over and not kinds <= _QUIET:
        following = _step(playbook, fresh, _topic(looked.troubles), looked, locale)
    said = _without_echo(changes, looked) if following else changes
    texts = sentences(playbook, said, looked, locale)
    if looked.over and kinds & _SETTLES:
        texts = (*texts, playbook.say("news_all_well", locale))
    return _with(texts, following or _bare(playbook, fresh, looked, locale), Route.NEWS)


def nothing_changed(
    playbook: Playbook, state: State, looked: Looked, locale: Locale
) -> Decision | None:
    """Return what the bot asks when nothing has changed after a click; None if it has no advice."""
    found = _step(playbook, state, NOT_SAVING, looked, locale)
    return found and _with((playbook.say("news_nothing", locale),), found, Route.NOTHING_CHANGED)


def _sentence(playbook: Playbook, change: Change, looked: Looked, locale: Locale) -> str:
    until = change.until and change.until.astimezone(looked.zone).date()
    card = change.card
    expires = f"{card.exp_month:02}/{card.exp_year}" if card and card.exp_month else None
    given: dict[str, Shown | None] = {
        "card": card,
        "amount": change.amount,
        "ends_on": until,
        "resumes_on": until,
        "expires": expires,
    }
    shown = {name: value for name, value in given.items() if value is not None}
    view = FactView(shown=shown, today=looked.now.astimezone(looked.zone).date())
    words = Words(view, playbook.names[locale], locale)
    return fill(playbook.say(f"news_{change.kind}", locale), words)


def _without_echo(changes: Sequence[Change], looked: Looked) -> list[Change]:
    """Leave to the advice that follows what it says of the new card itself."""
    spoken = {each.new_card.id for each in looked.troubles if each.new_card}
    echo = {News.NEW_CHARGED_CARD: News.NEW_CARD}
    return [
        replace(each, kind=echo.get(each.kind, each.kind)) if each.about in spoken else each
        for each in changes
    ]


def _topic(troubles: Sequence[Diagnosis]) -> str | None:
    if not troubles:
        return None
    first = troubles[0]
    saving = first.kind in _ABOUT_SAVING or first.moment is Moment.SAVING
    return NOT_SAVING if saving else DECLINED


def _step(
    playbook: Playbook, state: State, topic: str | None, looked: Looked, locale: Locale
) -> Decision | None:
    """Return the advice of a topic, in `locale`; None where it has none but a person."""
    if topic is None or topic not in playbook.topics:
        return None
    speaking = replace(state, locale=locale.tag, wish=None)
    found = decide(playbook, speaking, SaidChoice(TO_TOPIC + topic), looked.view, looked.now)
    if found.hand_off is not None:
        return None
    kept = replace(found.state, locale=state.locale, wish=state.wish)
    return replace(found, state=kept, topic=topic)


def _bare(playbook: Playbook, state: State, looked: Looked, locale: Locale) -> Decision:
    """Return a decision to which nothing is left to say or to ask."""
    after = replace(state, site=playbook.hash, buttons=(), at=looked.now.isoformat())
    return Decision(after, (), (), OUT_OF_SCOPE, locale, None, Trace(Route.NEWS))


def _with(texts: Sequence[str], decision: Decision, route: Route) -> Decision:
    parts = (Text("\n".join(texts)), *decision.parts)
    return replace(decision, parts=parts, trace=replace(decision.trace, route=route))
