"""The token of a portal link: derived from the link's id when it is shown, checked at the click.

`token = b64url(link_id ‖ HMAC-SHA256(key, 'go' ‖ link_id)[:16])`.
"""

import binascii
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NoReturn

from helpcenter.identity.keys import Keys

ID_BYTES = 16
_SEAL_BYTES = 16
_LENGTH = 43
"""Characters of a token: 32 bytes, without padding."""


class LinkToken:
    """What opens a portal link for its customer: hidden from `repr`, formatting and pickling.

    `reveal` is for the page or the answer that this very customer sees, and for nothing else.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the token itself."""
        return self._text

    def __repr__(self) -> str:
        return "LinkToken(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a link token does not leave the process")


def new_id() -> str:
    """Return the id of a link to be; made outside of a write."""
    return secrets.token_hex(ID_BYTES)


@dataclass(frozen=True, slots=True)
class Seal:
    """Turns ids of links into tokens and back, which nobody can without the key."""

    _key: bytes = field(repr=False)

    def token(self, link_id: str) -> LinkToken:
        """Return the token of a link."""
        return LinkToken(self._sealed(bytes.fromhex(link_id)))

    def link_id(self, token: str) -> str | None:
        """Return the id that a token holds, None unless the token is one of ours to the letter."""
        if len(token) != _LENGTH or not token.isascii():
            return None
        try:
            raw = urlsafe_b64decode(token + "=")[:ID_BYTES]
        except binascii.Error:
            return None
        # The whole text is compared, so that one link has one token and not several spellings.
        if len(raw) != ID_BYTES or not hmac.compare_digest(self._sealed(raw), token):
            return None
        return raw.hex()

    def _sealed(self, raw: bytes) -> str:
        seal = hmac.digest(self._key, b"go" + raw, sha256)[:_SEAL_BYTES]
        return urlsafe_b64encode(raw + seal).rstrip(b"=").decode()


def make_seal(keys: Keys) -> Seal:
    """Return the seal of a site with these keys."""
    return Seal(keys.derive("portal-link"))
