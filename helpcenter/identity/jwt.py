"""`Verifier`: from the text of a JWT to what the host app said, or a refusal with a code."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NoReturn

from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OctKey

from helpcenter.clock import Clock
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity.claims import LONGEST, Expected, HostClaims, read_claims, refusal
from helpcenter.identity.jwks import HttpJwks, JwksDoor, KeyRing, PublicKey
from helpcenter.settings import Settings, SettingsError

MOST_BYTES = 8 * 1024 - 1
"""Of a JWT; ours hold a few hundred."""

FindKey = Callable[[str | None], Awaitable[OctKey | PublicKey]]


@dataclass(frozen=True, slots=True)
class Verifier:
    """Accepts one algorithm, fixed by the settings: what a JWT says about itself decides nothing.

    `find_key` returns the key for a `kid`.
    """

    algorithm: str
    expected: Expected
    clock: Clock
    find_key: FindKey = field(repr=False)

    async def verify(self, token: str, longest: timedelta = LONGEST) -> HostClaims:
        """Return the claims of a good JWT that lives no longer than `longest`.

        Raises `HelpcenterError`, whose code says what is wrong; neither it nor any log holds the
        JWT or a claim.
        """
        if len(token) > MOST_BYTES:
            raise HelpcenterError("jwt_too_large", Kind.TOO_LARGE)
        header = _json(token.partition(".")[0])
        if header.get("alg") != self.algorithm:
            raise refusal("jwt_algorithm", algorithm=self.algorithm)
        kid = header.get("kid")
        # `b64` is the one extension that JOSE libraries know; with it the payload is not what it
        # seems, so no extension is accepted at all.
        if "crit" in header or not isinstance(kid, str | None):
            raise refusal("jwt_malformed")
        payload = _payload(token, await self.find_key(kid), self.algorithm)
        return read_claims(payload, self.expected, self.clock.now(), longest)


def make_verifier(
    settings: Settings, clock: Clock, door: JwksDoor | None = None
) -> Verifier | None:
    """Return the verifier the settings ask for, None when there is neither secret nor JWKS.

    `door` is where the keys come from instead of the URL in the settings.
    """
    if settings.host_jwt_issuer is None:
        return None
    expected = Expected(settings.host_jwt_issuer, settings.base_url)
    algorithm = settings.host_jwt_algorithm
    if settings.host_jwt_secret is not None:
        key = _shared_key(settings.host_jwt_secret.get_secret_value())

        async def shared(_kid: str | None) -> OctKey:
            return key

        return Verifier(algorithm, expected, clock, shared)
    if settings.host_jwks_url is not None:
        ring = KeyRing(door or HttpJwks(settings.host_jwks_url), algorithm, clock)
        return Verifier(algorithm, expected, clock, ring.find)
    return None


def _shared_key(secret: str) -> OctKey:
    try:
        return OctKey.import_key(secret)
    except ValueError:
        # The library's reason, without the key it may quote.
        raise SettingsError(
            "host_jwt_secret (HELPCENTER_HOST_JWT_SECRET): this is a public key, which everybody "
            "may know; set HELPCENTER_HOST_JWT_ALGORITHM and HELPCENTER_HOST_JWKS_URL instead"
        ) from None


def _payload(token: str, key: OctKey | PublicKey, algorithm: str) -> dict[str, Any]:
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        signed = jws.deserialize_compact(token, key, registry=registry)
    except BadSignatureError:
        raise refusal("jwt_signature") from None
    except (JoseError, ValueError):
        raise refusal("jwt_malformed") from None
    return _parse(signed.payload)


def _json(segment: str) -> dict[str, Any]:
    try:
        padded = segment.encode("ascii") + b"=" * (-len(segment) % 4)
        return _parse(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeEncodeError):
        raise refusal("jwt_malformed") from None


def _parse(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise refusal("jwt_malformed") from None
    if not isinstance(value, dict):
        raise refusal("jwt_malformed")
    return value


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name given twice: two readers could each believe another one."""
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name is given twice")
    return table
