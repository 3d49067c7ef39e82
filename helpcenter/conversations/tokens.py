"""What the outside holds of a conversation: its public id, and a token where nobody signed in."""

import secrets

from helpcenter.identity.keys import Keys

PREFIX = "hcc_"
"""Says what it is wherever one turns up that should not."""


def new_id() -> str:
    """Return the public id of a conversation to be; made outside of a write."""
    return secrets.token_urlsafe(16)


def new_token() -> str:
    """Return the secret itself; made outside of a write, stored as its digest."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(keys: Keys, token: str) -> str:
    """Return what is stored of a token."""
    return keys.digest("conversation", token)
