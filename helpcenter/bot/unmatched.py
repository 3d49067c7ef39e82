"""Lines the bot did not understand, as they are stored: redacted. For writers of topics."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, select

from helpcenter.bot.playbook import Playbook
from helpcenter.bot.route import Route
from helpcenter.bot.stubs import Stub
from helpcenter.bot.topics import OUT_OF_SCOPE
from helpcenter.bot.understand import understand
from helpcenter.conversations.model import AuthorRole
from helpcenter.conversations.parts import Text
from helpcenter.conversations.tables import items
from helpcenter.conversations.wire import part_of
from helpcenter.i18n.locale import Locale

MISSED = frozenset({Route.MISS, Route.PUZZLE, Route.ASK_BACK})
"""Routes of a turn that did not understand its line (`Trace.route`)."""

_MOST = 10_000
"""The latest replies that are looked through."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A line as it was written last, how often, and in what language the talk was."""

    text: str
    locale: Locale
    times: int


def unmatched(conn: Connection, since: datetime) -> tuple[Unmatched, ...]:
    """Return the lines that were not understood since then, most frequent first."""
    found: Counter[tuple[str, Locale]] = Counter()
    written: dict[tuple[str, Locale], str] = {}
    for text, locale in _lines(conn, since):
        key = " ".join(text.casefold().split()), locale
        found[key] += 1
        written.setdefault(key, text)
    return tuple(Unmatched(written[key], key[1], times) for key, times in found.most_common())


def nearest(playbook: Playbook, one: Unmatched, known: Sequence[tuple[str, str]]) -> str:
    """Return the topic a line was probably about; `known` are (line, topic) that were tested.

    The topic with a rule that matched however weakly, else that of the most similar known line.
    """
    seen = understand(one.text, playbook, one.locale)
    hinted = (found.topic for found in seen.candidates if found.topic != OUT_OF_SCOPE)
    topic = next(hinted, None)
    if topic is None and known:
        lines = [line for line, _ in known]
        topic = known[process.extractOne(one.text, lines, scorer=fuzz.WRatio)[2]][1]
    return topic or OUT_OF_SCOPE


def stub_of(one: Unmatched, topic: str) -> Stub:
    """Return the test that would hold if the line were understood as being about a topic."""
    return Stub(one.text[:60], one.locale, ({"line": one.text, "topic": topic},))


def _lines(conn: Connection, since: datetime) -> Iterator[tuple[str, Locale]]:
    """Yield (text, locale) of the lines whose answers say that they were not understood."""
    said = items.alias("said")
    reply = items.alias("reply")
    newest = (
        select(reply.c.conversation_id, reply.c.trace, reply.c.id)
        .where(
            reply.c.author_role == AuthorRole.BOT, reply.c.trace.is_not(None), reply.c.at >= since
        )
        .order_by(reply.c.id.desc())
        .limit(_MOST)
    )
    missed = [
        (row.conversation_id, row.trace["line"])
        for row in conn.execute(newest)
        if row.trace.get("route") in MISSED and "line" in row.trace
    ]
    for conversation, seq in missed:
        query = select(said.c.parts, said.c.locale).where(
            said.c.conversation_id == conversation, said.c.seq == seq
        )
        row = conn.execute(query).one_or_none()
        if row is not None:
            text = _text(row.parts)
            if text:
                yield text, Locale(row.locale)


def _text(parts: Iterable[Any]) -> str:
    return " ".join(part.text for part in map(part_of, parts) if isinstance(part, Text))
