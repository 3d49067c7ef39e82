"""What the sign-in pages work with; one for the life of the app, at `app.state.desk`."""

from dataclasses import dataclass
from typing import cast

from starlette.requests import HTTPConnection

from helpcenter.identity.service import Identity
from helpcenter.web.account.signed import Signed
from helpcenter.web.attempts import Attempts


@dataclass(frozen=True)
class Desk:
    """Counts the tries, and signs what goes out and has to come back."""

    attempts: Attempts
    signed: Signed


def make_desk(identity: Identity) -> Desk:
    """Return the desk of an app with this identity service."""
    return Desk(Attempts(identity.clock), Signed(identity.keys, identity.clock))


def desk_of(request: HTTPConnection) -> Desk:
    """Return the app's desk."""
    return cast("Desk", request.app.state.desk)
