"""Each `jti` that came in an address is good for one sign-in, and for nothing after it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from helpcenter.identity.claims import LEEWAY, refusal
from helpcenter.identity.keys import Keys
from helpcenter.identity.tables import spent_jti

KEPT = LEEWAY + timedelta(minutes=15)
"""How much longer than the JWT a spent `jti` is remembered: longer than anything made from it."""


def digest(keys: Keys, jti: str) -> str:
    """Return what is stored of a `jti`."""
    return keys.digest("jti", jti)


def spend(conn: Connection, jti_digest: str, expires: datetime, now: datetime) -> None:
    """Use up a `jti` of a JWT that runs until `expires`; raises `jwt_spent` the second time."""
    conn.execute(delete(spent_jti).where(spent_jti.c.expires <= now))
    try:
        with conn.begin_nested():
            conn.execute(insert(spent_jti).values(digest=jti_digest, expires=expires + KEPT))
    except IntegrityError:
        raise refusal("jwt_spent") from None


def refuse_spent(conn: Connection, jti_digest: str) -> None:
    """Raise `jwt_spent` if the `jti` was used up."""
    if conn.execute(select(spent_jti.c.digest).where(spent_jti.c.digest == jti_digest)).first():
        raise refusal("jwt_spent")
