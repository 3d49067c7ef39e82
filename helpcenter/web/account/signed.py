"""Things we hand out and want back unchanged within ten minutes, signed and dated by our clock."""

import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from helpcenter.clock import Clock
from helpcenter.identity.claims import HostClaims
from helpcenter.identity.keys import Keys

LIFETIME = timedelta(minutes=10)
_TIMES = ("issued_at", "expires")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A trip to the host app's login page and back: its secret, and where it shall end."""

    state: str = field(repr=False)
    return_to: str


class Signed:
    """Signs bounces (kept in a cookie) and unconfirmed sign-ins (kept in a form)."""

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._clock = clock
        self._bounces = _serializer(keys.derive("bounce"))
        self._claims = _serializer(keys.derive("confirm"))

    def new_bounce(self, return_to: str) -> tuple[Bounce, str]:
        """Return a new bounce, and the cookie that remembers it."""
        bounce = Bounce(secrets.token_urlsafe(24), return_to)
        return bounce, self._sign(self._bounces, asdict(bounce))

    def bounce(self, cookie: str | None, state: str | None) -> Bounce | None:
        """Return the bounce a cookie remembers if `state` is its answer, else None."""
        known = self._open(self._bounces, cookie)
        if known is None or not state:
            return None
        bounce = Bounce(**known)
        same = hmac.compare_digest(bounce.state.encode(), state.encode("utf-8", "replace"))
        return bounce if same else None

    def unconfirmed(self, claims: HostClaims) -> str:
        """Return the claims as they wait in a form for "yes, that is me"."""
        told = {
            name: value.timestamp() if isinstance(value, datetime) else value
            for name, value in asdict(claims).items()
        }
        return self._sign(self._claims, told)

    def confirmed(self, value: str) -> HostClaims | None:
        """Return the claims that waited, None if they waited too long or are not ours."""
        told = self._open(self._claims, value)
        if told is None:
            return None
        issued_at, expires = (datetime.fromtimestamp(told.pop(name), UTC) for name in _TIMES)
        return HostClaims(issued_at=issued_at, expires=expires, **told)

    def _sign(self, serializer: URLSafeSerializer, told: dict[str, Any]) -> str:
        until = (self._clock.now() + LIFETIME).timestamp()
        signed: str = serializer.dumps({"until": until, "told": told})
        return signed

    def _open(self, serializer: URLSafeSerializer, value: str | None) -> dict[str, Any] | None:
        try:
            known = serializer.loads(value or "")
        except BadData:
            return None
        fresh = self._clock.now().timestamp() < known["until"]
        told: dict[str, Any] = known["told"]
        return told if fresh else None


def _serializer(key: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(
        key, signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    )
