"""A ticket's page in words: one timeline of what was said, noted and done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from helpcenter.billing.link_states import LinkState
from helpcenter.bot.playbook import Playbook
from helpcenter.conversations.model import AuthorRole, Item, Kind
from helpcenter.conversations.parts import ArticleCard, Choices, Event, Portal, Text
from helpcenter.i18n.mark import N_
from helpcenter.tickets.folder import Folder
from helpcenter.tickets.model import Happened
from helpcenter.tickets.packet import found_in
from helpcenter.tickets.teams import Teams
from helpcenter.web.account.speaker import Speaker
from helpcenter.web.inbox.finding import in_words, route_in_words
from helpcenter.web.inbox.wording import LINKS, happened, when
from helpcenter.web.site.wording import flow_label

_QUIET = {Happened.REPLIED}
"""What needs no line of its own: the reply itself is in the timeline."""

_PLAIN = {Happened.UNCHANGED}
"""What its sentence says in full: the bot's own words, kept with it, say it again."""

_ROLES = {
    AuthorRole.CUSTOMER: N_("Customer"),
    AuthorRole.BOT: N_("Bot"),
    AuthorRole.AGENT: N_("Agent"),
    AuthorRole.SYSTEM: N_("Notice"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the bot said something: a label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `kind` is `message`, `note` or `event`; `role` colours a message.

    `id` is the same each time, `read` marks the last answer that the customer has read.
    """

    id: str
    kind: str
    role: str
    author: str
    when: str
    at: datetime
    lang: str
    paragraphs: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    read: bool = False


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts a folder into an agent's words; `links` are the states of portal links by id."""

    folder: Folder
    playbook: Playbook
    teams: Teams
    links: Mapping[str, LinkState]
    speaker: Speaker

    def timeline(self) -> list[Entry]:
        """Return everything in the order it happened."""
        # Whoever takes a ticket by answering it has taken it before they answer.
        entries = [*self._done(), *self._said()]
        return sorted(entries, key=lambda entry: entry.at)

    def topics(self, ids: tuple[str, ...]) -> list[str]:
        """Return topics by name; one this site has no more by its id."""
        return [self._topic(topic_id) for topic_id in ids]

    def offer(self, part: Portal) -> str:
        """Return a portal offer as agents may see it: which page, and what became of it."""
        state = self.links.get(part.link_id, LinkState.EXPIRED)
        return self.speaker.say(
            N_("%(page)s (%(state)s)"),
            page=flow_label(part.flow, self.speaker.gettext),
            state=self.speaker.gettext(LINKS[state]),
        )

    def _said(self) -> Iterator[Entry]:
        upto = self.folder.conversation.read.customer
        answers = [item.seq for item in self.folder.items if _answers(item) and item.seq <= upto]
        for item in self.folder.items:
            if item.kind is Kind.EVENT:
                yield from self._event(item)
                continue
            text = "\n".join(part.text for part in item.parts if isinstance(part, Text))
            yield Entry(
                id=f"m{item.seq}",
                kind="message",
                role=item.author.role.value,
                author=item.author.name or self._role(item),
                when=when(item.at, self.speaker),
                at=item.at,
                lang=item.locale.tag,
                paragraphs=tuple(filter(None, text.split("\n"))),
                extras=tuple(self._extras(item)),
                reasons=tuple(self._reasons(self.folder.traces.get(item.seq))),
                read=answers[-1:] == [item.seq],
            )

    def _role(self, item: Item) -> str:
        who = self.folder.customer
        contact = self.folder.ticket.contact
        if item.author.role is AuthorRole.CUSTOMER and (who or contact):
            name = who.name if who else contact and contact.name
            if name:
                return name
        return self.speaker.gettext(_ROLES[item.author.role])

    def _event(self, item: Item) -> Iterator[Entry]:
        for part in item.parts:
            if isinstance(part, Event) and part.name == "redacted":
                text = self.speaker.gettext("A card number was cut out of an earlier line.")
                yield self._bare(f"m{item.seq}", "", item.at, text)

    def _extras(self, item: Item) -> Iterator[str]:
        for part in item.parts:
            match part:
                case ArticleCard(title=title):
                    yield self.speaker.say(N_("Article: %(title)s"), title=title)
                case Portal():
                    yield self.speaker.say(N_("Portal: %(offer)s"), offer=self.offer(part))
                case Choices(choices):
                    labels = " · ".join(choice.label for choice in choices)
                    yield self.speaker.say(N_("Buttons: %(labels)s"), labels=labels)

    def _reasons(self, trace: Mapping[str, Any] | None) -> Iterator[Reason]:
        if trace is None:
            return
        _ = self.speaker.gettext
        if trace.get("topic"):
            yield Reason(_("Topic"), self._topic(str(trace["topic"])))
        if trace.get("route"):
            yield Reason(_("Way"), route_in_words(str(trace["route"]), self.speaker))
        if trace.get("steps"):
            yield Reason(_("Steps"), ", ".join(map(str, trace["steps"])))
        for fact in in_words(found_in(trace.get("facts", ())), self.speaker):
            yield Reason(fact.label, fact.value)
        others = [
            f"{self._topic(str(one.get('topic')))} {float(one.get('score', 0)):.2f}"
            for one in trace.get("candidates", ())
        ]
        if others:
            yield Reason(_("Considered"), ", ".join(others[:5]))

    def _done(self) -> Iterator[Entry]:
        for event in self.folder.events:
            if event.kind in _QUIET:
                continue
            agent = self._agent(event.agent_id)
            text = happened(event, agent, self.teams, self.speaker)
            note = "" if event.kind in _PLAIN else str(event.data.get("text", ""))
            lines = tuple(filter(None, note.split("\n"))) if note else (text,)
            entry = self._bare(f"e{event.seq}", text if note else "", event.at, *lines)
            # The bot speaks the customer's language in its notes, too.
            customers = self.folder.conversation.locale.tag
            yield replace(entry, lang=customers) if event.kind is Happened.CHANGED else entry

    def _agent(self, agent_id: int | None) -> str:
        known = self.folder.names.get(agent_id or 0)
        return known or self.speaker.gettext("Somebody")

    def _bare(self, known_as: str, note: str, at: datetime, *paragraphs: str) -> Entry:
        """Return an event, or with its heading a note."""
        kind, lang = "note" if note else "event", self.speaker.locale.tag
        said = when(at, self.speaker)
        return Entry(known_as, kind, "", note, said, at, lang, tuple(paragraphs))

    def _topic(self, topic_id: str) -> str:
        topic = self.playbook.topics.get(topic_id)
        return self.playbook.words(topic.name, self.speaker.locale) if topic else topic_id


def _answers(item: Item) -> bool:
    return item.kind is Kind.MESSAGE and item.author.role is not AuthorRole.CUSTOMER
