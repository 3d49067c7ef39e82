"""The host app's public keys: fetched through one door, kept, and fetched again when they roll."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from helpcenter.clock import Clock
from helpcenter.errors import HelpcenterError, Kind

MOST_BYTES = 64 * 1024
MOST_SECONDS = 5
MOST_KEYS = 20
SMALLEST_RSA = 2048

FRESH = timedelta(minutes=10)
"""How long keys are used without asking again: as long as a withdrawn one still opens."""
STALE = timedelta(hours=1)
"""How long they are used while the host app does not answer."""
PAUSE = timedelta(seconds=30)
"""Between two fetches at least, however many unknown keys are offered."""

_HEADERS = {"accept": "application/json", "accept-encoding": "identity"}
"""Unpacked, so that what is counted is what arrives."""

PublicKey = RSAKey | ECKey


class JwksError(Exception):
    """The document cannot be had; the text says why, for the log."""


class JwksDoor(Protocol):
    """Where the host app's JWKS document comes from."""

    async def fetch(self) -> bytes:
        """Return the document as it is now; raises `JwksError`."""
        ...


class HttpJwks:
    """The document at a URL; bounded in time and size, and no redirect is followed."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def fetch(self) -> bytes:
        """Return the document; raises `JwksError` for anything but a 200 of modest size."""
        import httpx2

        try:
            async with (
                asyncio.timeout(MOST_SECONDS),
                httpx2.AsyncClient(
                    trust_env=False, follow_redirects=False, timeout=MOST_SECONDS
                ) as client,
                client.stream("GET", self._url, headers=_HEADERS) as answer,
            ):
                if answer.status_code != httpx2.codes.OK:
                    raise JwksError(f"the host app answered {answer.status_code}")
                return await _bounded(answer.aiter_raw())
        except (httpx2.HTTPError, TimeoutError) as error:
            raise JwksError(f"the host app does not answer ({type(error).__name__})") from None


async def _bounded(chunks: AsyncIterator[bytes]) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            raise JwksError(f"the document has more than {MOST_BYTES} bytes")
    return bytes(body)


class KeyRing:
    """The keys for one algorithm, by `kid`; one fetch at a time, however many wait for it."""

    def __init__(self, door: JwksDoor, algorithm: str, clock: Clock) -> None:
        self._door = door
        self._algorithm = algorithm
        self._clock = clock
        self._keys: Mapping[str | None, PublicKey] = {}
        self._fetched: datetime | None = None
        self._tried: datetime | None = None
        self._fetching = asyncio.Lock()
        self._log = structlog.get_logger("helpcenter.identity")

    async def find(self, kid: str | None) -> PublicKey:
        """Return the key named `kid`; None names the only one there is.

        Raises `jwt_key_unknown`, or `jwt_keys_unavailable` when there are no keys to look among.
        """
        if self._age() > FRESH or self._named(kid) is None:
            await self._refresh(kid)
        if self._age() > STALE:
            raise HelpcenterError(
                "jwt_keys_unavailable",
                Kind.UNAVAILABLE,
                retry_after=int(PAUSE.total_seconds()),
            )
        found = self._named(kid)
        if found is None:
            raise HelpcenterError("jwt_key_unknown", Kind.UNAUTHENTICATED)
        return found

    def _named(self, kid: str | None) -> PublicKey | None:
        if kid is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(kid)

    def _age(self) -> timedelta:
        return timedelta.max if self._fetched is None else self._clock.now() - self._fetched

    async def _refresh(self, kid: str | None) -> None:
        async with self._fetching:
            # Whoever waited here may find that it has just been done.
            if self._age() <= FRESH and self._named(kid) is not None:
                return
            now = self._clock.now()
            if self._tried is not None and now - self._tried < PAUSE:
                return
            self._tried = now
            try:
                self._keys = read_keys(await self._door.fetch(), self._algorithm)
            except JwksError as error:
                self._log.warning("jwks_not_fetched", reason=str(error))
            else:
                self._fetched = now


def read_keys(document: bytes, algorithm: str) -> dict[str | None, PublicKey]:
    """Return the keys of a JWKS document that may verify `algorithm`, by `kid`.

    Keys for other purposes are left out. Raises `JwksError` when it is no such document.
    """
    try:
        parsed = json.loads(document)
    except (ValueError, RecursionError):
        raise JwksError("the document is not JSON") from None
    members = parsed.get("keys") if isinstance(parsed, dict) else None
    if not isinstance(members, list) or len(members) > MOST_KEYS:
        raise JwksError(f"the document has no list of at most {MOST_KEYS} keys")
    found = [pair for member in members if (pair := _read_key(member, algorithm))]
    return dict(reversed(found))


def _read_key(member: object, algorithm: str) -> tuple[str | None, PublicKey] | None:
    if not isinstance(member, dict):
        return None
    if member.get("use", "sig") != "sig" or member.get("alg", algorithm) != algorithm:
        return None
    operations = member.get("key_ops", ["verify"])
    if not isinstance(operations, Sequence) or "verify" not in operations:
        return None
    kid = member.get("kid")
    key = _key(member, algorithm)
    return (kid, key) if key and isinstance(kid, str | None) else None


def _key(member: dict[str, Any], algorithm: str) -> PublicKey | None:
    # Only the public part is taken over, whatever else the document gives away.
    names = ("kty", "n", "e") if algorithm == "RS256" else ("kty", "crv", "x", "y")
    public = {name: member[name] for name in names if isinstance(member.get(name), str)}
    if set(public) != set(names):
        return None
    try:
        if algorithm == "RS256" and public["kty"] == "RSA":
            rsa = RSAKey.import_key(public)
            return rsa if rsa.public_key.key_size >= SMALLEST_RSA else None
        if algorithm == "ES256" and (public["kty"], public["crv"]) == ("EC", "P-256"):
            return ECKey.import_key(public)
    except (JoseError, ValueError):
        return None
    return None
