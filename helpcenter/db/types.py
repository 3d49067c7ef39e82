"""Column types that mean the same on both databases, and the register of all tables.

Each room declares its tables in its own `tables.py` on `metadata`; migrations create them.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, types

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""A row's number; on SQLite only `INTEGER` counts upwards by itself."""


class UtcDateTime(types.TypeDecorator[datetime]):
    """A moment: aware in, aware UTC out. SQLite keeps it as text that sorts as time does.

    A naive value is refused with `ValueError`: nobody knows which moment it means.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC, without the zone where the database could not keep it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> datetime | None:
        """Return UTC, whatever zone the session is in."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Text(types.TypeDecorator[str]):
    """Any text but NUL, which PostgreSQL cannot hold: refused with `ValueError` on both."""

    impl = types.Text
    cache_ok = True

    def process_bind_param(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> str | None:
        """Refuse NUL."""
        if value is not None and "\0" in value:
            raise ValueError("stored text cannot contain NUL")
        return value


class Json(types.TypeDecorator[Any]):
    """Lists, tables and plain values, NUL included; None is SQL NULL. Not for searching inside."""

    impl = JSON(none_as_null=True)
    cache_ok = True


def to_json(value: object) -> str:
    """Write JSON as both databases accept it: ASCII, and no NaN or infinity (`ValueError`)."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))
