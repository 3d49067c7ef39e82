"""Column types: what goes in comes out, the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Connection, delete, insert, literal_column, select
from sqlalchemy.exc import StatementError

from helpcenter.db.database import Database
from tests.db.things import add, names, things

shared_database = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
moments = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.sampled_from(
        [UTC, ZoneInfo("Asia/Hong_Kong"), timezone(timedelta(hours=-9, minutes=-30))]
    ),
)
plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)
data = st.recursive(
    plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)


def _fresh(conn: Connection) -> None:
    conn.execute(delete(things))


@shared_database
@given(times=st.lists(moments, min_size=1, max_size=8))
def test_moments_keep_their_instant_and_sort_by_it(
    stocked: Database, times: list[datetime]
) -> None:
    def store(conn: Connection) -> list[datetime]:
        _fresh(conn)
        conn.execute(insert(things), [{"at": at} for at in times])
        return list(conn.execute(select(things.c.at).order_by(things.c.at)).scalars())

    found = stocked.write_sync(store)

    # In UTC, since Python calls moments of two zones unequal in the hour that a clock repeats.
    assert found == sorted(at.astimezone(UTC) for at in times)
    assert all(at.tzinfo is UTC for at in found)


def test_moments_compare_in_sql(stocked: Database) -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Asia/Hong_Kong"))

    def earlier(conn: Connection) -> list[datetime]:
        conn.execute(insert(things).values(at=noon.astimezone(UTC)))
        later = noon + timedelta(microseconds=1)
        return list(conn.execute(select(things.c.at).where(things.c.at < later)).scalars())

    assert stocked.write_sync(earlier) == [noon]


def test_a_naive_moment_is_refused(stocked: Database) -> None:
    naive = datetime(2026, 7, 1, 12)  # noqa: DTZ001 - the point of the test

    with pytest.raises(StatementError, match="needs a time zone"):
        stocked.write_sync(lambda conn: conn.execute(insert(things).values(at=naive)))


def test_nothing_is_none_in_every_type(stocked: Database) -> None:
    stocked.write_sync(lambda conn: conn.execute(insert(things).values(at=None, data=None)))

    row = stocked.read_sync(
        lambda conn: conn.execute(select(things.c.at, things.c.name, things.c.data)).one()
    )
    assert tuple(row) == (None, None, None)
    is_null = literal_column("data IS NULL", Boolean)
    assert stocked.read_sync(lambda conn: conn.execute(select(is_null).select_from(things)).one())[
        0
    ]


@pytest.mark.parametrize(
    "text", ["", "🙋🏻‍♀️ 信用卡唔得呀", "ｆｕｌｌ　ｗｉｄｔｈ", "\x01\x7f\u2028", "𠮷'\";--"]
)
def test_any_text_comes_back_as_it_was(stocked: Database, text: str) -> None:
    stocked.write_sync(lambda conn: add(conn, text))
    assert stocked.read_sync(names) == [text]


def test_nul_in_text_is_refused_alike(stocked: Database) -> None:
    with pytest.raises(StatementError, match="cannot contain NUL"):
        stocked.write_sync(lambda conn: add(conn, "before\0after"))
    assert stocked.read_sync(names) == []


@shared_database
@given(value=data)
def test_json_comes_back_as_it_was(stocked: Database, value: object) -> None:
    def store(conn: Connection) -> object:
        _fresh(conn)
        conn.execute(insert(things).values(data=value))
        return conn.execute(select(things.c.data)).scalar_one()

    assert stocked.write_sync(store) == value


def test_json_knows_no_infinity(stocked: Database) -> None:
    with pytest.raises((StatementError, ValueError), match="not JSON compliant"):
        stocked.write_sync(lambda conn: conn.execute(insert(things).values(data=float("inf"))))
