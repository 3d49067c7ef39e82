"""`decide`: the bot as a pure function (DESIGN §2.3).

State, what was said, facts and the time go in; the new state, the reply and the reasons come out.
The routes of a line, first match wins: a wish for another language, a restart, a new topic, an
answer to the open question, what the open topic listens for, "it still does not work", yes and no,
the topic again, and at last a miss (`bot.turn`).
"""

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime

from helpcenter.bot.facts import UNREAD, FactView, Reads
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.state import Decision, Said, SaidChoice, State, is_recent
from helpcenter.bot.turn import Turn
from helpcenter.i18n.locale import Locale

CONTEXT_LASTS = 12 * 60 * 60
"""Seconds after which "yes" and "still" no longer refer to what the bot said."""

Looking = Callable[[Reads], FactView]
"""Looks at a customer as closely as a topic needs."""


def start(locale: Locale) -> State:
    """Return the state of a conversation in which nothing was said."""
    return State(locale=locale.tag)


def deciding(
    playbook: Playbook, state: State, said: Said, now: datetime
) -> Generator[Reads, FactView, Decision]:
    """Decide, asking for facts only if the topics need them: yields how much, takes the view."""
    decision, had = decide(playbook, state, said, UNREAD, now), 0
    while decision.reads is not None and decision.reads.depth > had:
        # The facts may lead to a topic that wants to know more.
        had = decision.reads.depth
        view = yield decision.reads
        decision = decide(playbook, state, said, view, now)
    return decision


def answer(playbook: Playbook, state: State, said: Said, look: Looking, now: datetime) -> Decision:
    """Decide one turn, looking at the customer's facts as closely as the topics need."""
    turn = deciding(playbook, state, said, now)
    try:
        reads = next(turn)
        while True:
            reads = turn.send(look(reads))
    except StopIteration as decided:
        decision: Decision = decided.value
        return decision


def decide(playbook: Playbook, state: State, said: Said, view: FactView, now: datetime) -> Decision:
    """Decide what to say; pure and total: any text, choice, state and facts have an answer.

    `view` is what is known about the customer, or why nothing is. `now` is an aware datetime.
    """
    state = _freshened(playbook, state, now)
    turn = Turn(playbook, state, view)
    if isinstance(said, SaidChoice):
        turn.take_choice(said.id)
    else:
        turn.take_text(said.text)
    return turn.decision(now)


def _freshened(playbook: Playbook, state: State, now: datetime) -> State:
    """Forget what is stale: an old context, a topic or step that this playbook lacks."""
    if state.at is not None and not is_recent(state, now, CONTEXT_LASTS):
        state = replace(state, topic=None, step=None, told=(), buttons=(), misses=0)
    if state.topic is not None and playbook.step(state.topic, state.step) is None:
        told = tuple(mark for mark in state.told if mark.split("/")[0] != state.topic)
        known = state.topic in playbook.topics
        topic = state.topic if known else None
        state = replace(state, topic=topic, step=None, told=told, buttons=())
    return state
