"""Idempotency keys: a POST sent twice under one key is done once."""

import hashlib
import threading
from dataclasses import dataclass
from datetime import timedelta

from helpcenter.sandbox.api.failure import StripeFailure

LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Kept:
    """The first answer under a key."""

    fingerprint: str
    status: int
    body: bytes
    made: int


class Memory:
    """Answers kept for a day by key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, Kept] = {}

    def recall(self, key: str, request: str, now: int) -> Kept | None:
        """Return the kept answer, None if there is none.

        Raises StripeFailure (idempotency_error) if the key was first used for another request.
        """
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or now >= kept.made + LIFE.total_seconds():
            return None
        if kept.fingerprint != fingerprint(request):
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request."
            )
            raise StripeFailure(400, message, type_="idempotency_error")
        return kept

    def keep(self, key: str, request: str, status: int, body: bytes, now: int) -> None:
        """Remember an answer. Refused requests are not remembered, as at Stripe."""
        with self._lock:
            self._kept[key] = Kept(fingerprint(request), status, body, now)


def fingerprint(request: str) -> str:
    """Return what stands for a request; its parameters are not kept."""
    return hashlib.sha256(request.encode()).hexdigest()
