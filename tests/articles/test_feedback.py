"""Votes on articles: redacted, one a browser, changed but never doubled."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from helpcenter.articles.feedback import LONGEST, Reason, keep, vote
from helpcenter.articles.tables import article_feedback
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.locale import Locale

EN, ZH = Locale("en"), Locale("zh_HK")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def stored(database: Database) -> list[tuple[Any, ...]]:
    table = article_feedback.c
    wanted = select(table.slug, table.locale, table.helpful, table.reason, table.text)
    return await database.read(
        lambda conn: [tuple(row) for row in conn.execute(wanted.order_by(table.id))]
    )


def test_a_card_number_is_cut_out_before_anything_is_kept() -> None:
    given = vote("tea", EN, helpful=False, text="my card 4242 4242 4242 4242 fails\0\x1b[31m")
    assert given.text == "my card •••• 4242 fails  [31m"


def test_nothing_said_is_kept_as_nothing() -> None:
    assert vote("tea", EN, helpful=True, text=" \n ").text is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"helpful": True, "reason": Reason.WRONG}, "reason"),
        ({"helpful": False, "text": "x" * (LONGEST + 1)}, "text"),
    ],
)
def test_what_makes_no_sense_is_refused(given: Any, field: str) -> None:
    with pytest.raises(HelpcenterError) as refused:
        vote("tea", EN, **given)
    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.anyio
async def test_a_browser_changes_its_vote_and_another_adds_one(database: Database) -> None:
    no = vote("tea", EN, helpful=False)
    because = vote("tea", EN, helpful=False, reason=Reason.UNCLEAR, text="which lid?")
    first = await database.write(lambda conn: keep(conn, no, None, NOW))
    again = await database.write(lambda conn: keep(conn, because, first, NOW))
    other = await database.write(lambda conn: keep(conn, vote("tea", EN, helpful=True), None, NOW))
    assert first == again != other
    assert await stored(database) == [
        ("tea", "en", False, "unclear", "which lid?"),
        ("tea", "en", True, None, None),
    ]


@pytest.mark.anyio
async def test_an_id_opens_only_the_vote_it_was_given_for(database: Database) -> None:
    first = await database.write(lambda conn: keep(conn, vote("tea", EN, helpful=True), None, NOW))
    for elsewhere in (vote("tea", ZH, helpful=False), vote("cups", EN, helpful=False)):
        change = partial(keep, given=elsewhere, known=first, now=NOW)
        assert await database.write(change) != first
    assert (await stored(database))[0] == ("tea", "en", True, None, None)
