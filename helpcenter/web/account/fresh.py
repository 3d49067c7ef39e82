"""What a customer did in the portal, as the page to which they come back says it."""

from helpcenter.billing.facts import Facts
from helpcenter.billing.news import Change, News, what_changed
from helpcenter.i18n.mark import N_
from helpcenter.web.account.speaker import Speaker

_SAID = {
    News.NEW_CHARGED_CARD: N_("%(card)s is saved, and is charged from now on."),
    News.NEW_CARD: N_("%(card)s is saved."),
    News.CHARGED_CARD: N_("%(card)s is charged from now on."),
    News.DEFAULT_CARD: N_("%(card)s is your default now."),
    News.CARD_RENEWED: N_("%(card)s has a new expiry date."),
    News.CARD_REMOVED: N_("A card was removed."),
    News.CARD_REFUSED: N_("A new card was tried and could not be saved."),
    News.PAID: N_("Your payment went through."),
    News.ENDING: N_("Your subscription is cancelled."),
    News.ENDED: N_("Your subscription has ended."),
    News.RESUMED: N_("Your subscription goes on."),
    News.PAUSED: N_("Your subscription is paused."),
    News.PLAN_CHANGED: N_("Your plan is changed."),
    News.ADDRESS: N_("Your billing address is updated."),
}
_MORE = {
    News.PAID: N_("Your payment of %(amount)s went through."),
    News.ENDING: N_("Your subscription is cancelled, and ends on %(until)s."),
    News.PAUSED: N_("Your subscription is paused until %(until)s."),
    News.PLAN_CHANGED: N_("Your plan is changed; it now costs %(amount)s a period."),
}
"""The same where the amount or the day is known."""


def news_of(before: Facts | None, after: Facts, speaker: Speaker) -> tuple[str, ...]:
    """Return a sentence for each thing that is new since `before`."""
    changes = what_changed(before, after) if before else ()
    return tuple(dict.fromkeys(_sentence(change, speaker) for change in changes))


def _sentence(change: Change, speaker: Speaker) -> str:
    words = {"card": speaker.card(change.card)}
    if change.amount is not None:
        words["amount"] = speaker.money(change.amount)
    if change.until is not None:
        words["until"] = speaker.day(change.until)
    known = len(words) > 1
    said = _MORE.get(change.kind) if known else None
    return speaker.say(said or _SAID[change.kind], **words)
