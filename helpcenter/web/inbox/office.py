"""What agents' pages work with; one for the life of the app, at `app.state.office`."""

from dataclasses import dataclass, field
from typing import cast

from starlette.requests import HTTPConnection

from helpcenter.clock import Clock
from helpcenter.identity.counter import Counter
from helpcenter.tickets.desk import Desk
from helpcenter.web.attempts import Attempts, Bucket
from helpcenter.web.chat.counter import Seats
from helpcenter.web.inbox.presence import Presence

ADDRESSES, ACCOUNTS = Bucket(200, 0.5), Bucket(110, 0.1)
"""Eighteen wrong passwords from a place at once, ten for an account; then one in two minutes."""
LETTERS = Bucket(10, 0.1, failure=0)
"""Ten messages by the contact form from one place at once."""


@dataclass(frozen=True)
class Office:
    """Lets agents in and does what they ask; counts tries by place and account, and letters.

    `presence` is who looks at which ticket, `seats` who may hold a stream, by agent.
    """

    counter: Counter
    desk: Desk
    by_address: Attempts
    by_account: Attempts
    by_letter: Attempts
    presence: Presence = field(default_factory=Presence)
    seats: Seats = field(default_factory=lambda: Seats(every=500, each=12))


def make_office(counter: Counter, desk: Desk, clock: Clock) -> Office:
    """Return the office of an app."""
    places, accounts, letters = (
        Attempts(clock, bucket) for bucket in (ADDRESSES, ACCOUNTS, LETTERS)
    )
    return Office(counter, desk, places, accounts, letters)


def office_of(request: HTTPConnection) -> Office:
    """Return the app's office."""
    return cast("Office", request.app.state.office)
