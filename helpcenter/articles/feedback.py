"""Whether an article helped its readers: a vote an article and locale, and why not. Never who."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, update

from helpcenter.articles.tables import article_feedback
from helpcenter.errors import FieldError, HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.language.redact import redact

LONGEST = 1000
"""Characters of a reader's own words."""


class Reason(StrEnum):
    """Why an article did not help."""

    OTHER_PROBLEM = "other_problem"
    DID_NOT_WORK = "did_not_work"
    UNCLEAR = "unclear"
    WRONG = "wrong"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Vote:
    """One reader's judgement of an article in the language of the page; made by `vote`."""

    slug: str
    locale: Locale
    helpful: bool
    reason: Reason | None
    text: str | None


def vote(
    slug: str, locale: Locale, *, helpful: bool, reason: Reason | None = None, text: str = ""
) -> Vote:
    """Return a vote that may be kept: numbers of cards are cut out of its words.

    Raises `invalid` for words that are too long, or for a reason why something helpful was not.
    """
    wrong = []
    if helpful and reason is not None:
        wrong.append(FieldError("reason", "invalid"))
    if len(text) > LONGEST:
        wrong.append(FieldError("text", "too_long"))
    if wrong:
        raise HelpcenterError("invalid", Kind.INVALID, errors=tuple(wrong))
    visible = "".join(c if c.isprintable() or c == "\n" else " " for c in text).strip()
    return Vote(slug, locale, helpful, reason, redact(visible).text or None)


def keep(conn: Connection, given: Vote, known: str | None, now: datetime) -> str:
    """Store a vote and return its random id; `known` is that of an earlier one, which it replaces.

    An id that is of no vote on this article in this locale counts for none.
    """
    values = {"helpful": given.helpful, "reason": given.reason, "text": given.text, "at": now}
    table = article_feedback.c
    if known is not None:
        same = (
            (table.public_id == known)
            & (table.slug == given.slug)
            & (table.locale == given.locale.folder)
        )
        if conn.execute(update(article_feedback).where(same).values(values)).rowcount:
            return known
    public_id = secrets.token_urlsafe(12)
    row = {"public_id": public_id, "slug": given.slug, "locale": given.locale.folder, **values}
    conn.execute(insert(article_feedback).values(row))
    return public_id
