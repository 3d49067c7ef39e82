"""Tickets in words: states, reasons, what happened, and how long somebody has waited."""

from datetime import datetime, timedelta

from helpcenter.billing.link_states import LinkState
from helpcenter.i18n import dates
from helpcenter.i18n.mark import N_
from helpcenter.tickets.model import Cause, Event, Happened, State
from helpcenter.tickets.queue import View
from helpcenter.tickets.teams import Teams
from helpcenter.web.account.speaker import Speaker

STATES = {
    State.NEW: N_("New"),
    State.OPEN: N_("Open"),
    State.PENDING: N_("Waiting for the customer"),
    State.ON_HOLD: N_("On hold"),
    State.SOLVED: N_("Solved"),
    State.CLOSED: N_("Closed"),
}

VIEWS = {
    View.UNASSIGNED: N_("Unassigned"),
    View.MINE: N_("Mine"),
    View.TEAM: N_("My team"),
    View.ALL: N_("All"),
    View.SOLVED: N_("Solved"),
}

CAUSES = {
    Cause.ASKED: N_("Asked for a person"),
    Cause.NOT_SOLVED: N_("Not solved by the bot"),
    Cause.NOT_UNDERSTOOD: N_("Not understood by the bot"),
    Cause.NO_ACCOUNT: N_("No billing account found"),
    Cause.FAILED: N_("The bot failed"),
    Cause.FORM: N_("Contact form"),
}

LINKS = {
    LinkState.OFFERED: N_("offered, not opened yet"),
    LinkState.OPENED: N_("opened"),
    LinkState.EXPIRED: N_("expired without being opened"),
}

_HAPPENED = {
    Happened.HANDED_OVER: N_("Handed over: %(cause)s"),
    Happened.TAKEN: N_("%(agent)s took the ticket"),
    Happened.REPLIED: N_("%(agent)s replied"),
    Happened.HELD: N_("Put on hold by %(agent)s"),
    Happened.NOTED: N_("Note by %(agent)s"),
    Happened.RELEASED: N_("%(agent)s put it back into the queue"),
    Happened.ESCALATED: N_("%(agent)s passed it from %(from)s to %(team)s: %(reason)s"),
    Happened.SOLVED: N_("%(agent)s marked it as solved"),
    Happened.REOPENED: N_("The customer came back"),
    Happened.CHANGED: N_("News from Stripe, as the bot puts it"),
    Happened.UNCHANGED: N_("Nothing changed after the billing page was opened"),
    Happened.SETTLED: N_("Solved by itself: what was wrong is mended"),
    Happened.CLOSED: N_("Closed for good"),
}


def happened(event: Event, agent: str, teams: Teams, speaker: Speaker) -> str:
    """Return what happened in a sentence; `agent` is who did it."""
    data = {name: str(value) for name, value in event.data.items()}
    known = {cause.value: words for cause, words in CAUSES.items()}
    cause = known.get(data.get("cause", ""), N_("Asked for a person"))
    return speaker.say(
        _HAPPENED[event.kind],
        **{
            "agent": agent,
            "cause": speaker.gettext(cause),
            "from": teams.name(data.get("from", ""), speaker.locale),
            "team": teams.name(data.get("team", ""), speaker.locale),
            "reason": teams.reason_name(data.get("reason", ""), speaker.locale),
        },
    )


def when(moment: datetime, speaker: Speaker) -> str:
    """Return a time of day, with the day unless it is today."""
    time = dates.clock_time(moment, speaker.locale, speaker.place)
    if speaker.day(moment) == speaker.day(speaker.now):
        return time
    return f"{speaker.day(moment)} {time}"


def waited(time: timedelta, speaker: Speaker) -> str:
    """Return a time somebody has waited, in its largest unit: `12 min`, `3 h`, `2 days`."""
    minutes = max(0, int(time.total_seconds() // 60))
    if minutes < 60:  # noqa: PLR2004 - an hour
        return speaker.say(N_("%(count)s min"), count=str(minutes))
    hours = minutes // 60
    if hours < 48:  # noqa: PLR2004 - two days
        return speaker.say(N_("%(count)s h"), count=str(hours))
    return speaker.say(N_("%(count)s days"), count=str(hours // 24))
