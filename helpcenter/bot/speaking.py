"""From a decision to what is written down: parts with real portal links, and the bot's memory."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from helpcenter.bot.engine import start
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.state import Decision, State
from helpcenter.bot.taking import lasting
from helpcenter.content.flows import Flow
from helpcenter.conversations import feed, store
from helpcenter.conversations.model import Conversation, Draft, Mind, Owner
from helpcenter.conversations.parts import Choices, ItemPart, Portal, Text
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import SYSTEM


class Links(Protocol):
    """Portal links for the customer of a conversation."""

    async def link(
        self, customer_id: int | None, flow: Flow, locale: Locale, conversation: int | None = None
    ) -> str | None:
        """Return the id of a link of theirs, a new one if need be; None if none can be had.

        `conversation` is the row id of the talk that will wait for what they do there.
        """
        ...


class MindChangedError(Exception):
    """The bot has learnt something since this turn began: it has to think again."""


async def parts_of(
    links: Links, conversation: Conversation, decision: Decision
) -> tuple[ItemPart, ...]:
    """Return words, cards, portal buttons, then the question and its choices."""
    buttons: list[Portal] = []
    wish = decision.state.wish
    locale = Locale.from_tag(wish) if wish else conversation.locale
    for offer in decision.offers:
        link_id = await links.link(
            conversation.customer_id, offer.flow, locale, conversation=conversation.id
        )
        if link_id is not None:
            buttons.append(Portal(link_id, offer.flow, offer.label))
    said = [part for part in decision.parts if not isinstance(part, Choices)]
    asked: list[ItemPart] = [part for part in decision.parts if isinstance(part, Choices)]
    texts = [part for part in said if isinstance(part, Text)]
    if asked and len(texts) > 1:
        # The last of several sentences is the question that the choices answer.
        said.remove(texts[-1])
        asked.insert(0, texts[-1])
    return (*said, *buttons, *asked)


def speak(
    conn: Connection,
    conversation: Conversation,
    mind: Mind,
    state: State,
    reply: Draft,
    now: datetime,
) -> bool:
    """Write down what the bot says and remembers; False if it is not its turn any more.

    Raises `MindChangedError` if another of its turns was written since `mind` was read.
    """
    wish = Locale.from_tag(state.wish) if state.wish else None
    if not store.change_mind(conn, conversation.id, mind, state.to_json(), wish):
        if store.find_by_id(conn, SYSTEM, conversation.id).owner is Owner.BOT:
            raise MindChangedError
        return False
    feed.append(conn, conversation.id, reply, now)
    return True


def state_of(playbook: Playbook, conversation: Conversation, mind: Mind) -> State:
    """Return where the bot stands, at the start if it has not spoken yet."""
    if mind.state is None:
        return start(language_of(playbook, conversation))
    return State.from_json(mind.state)


def language_of(playbook: Playbook, conversation: Conversation) -> Locale:
    """Return the language to speak, for a site may lose one while a conversation goes on."""
    wanted = lasting(conversation)
    return wanted if wanted in playbook.locales else playbook.locales[0]
