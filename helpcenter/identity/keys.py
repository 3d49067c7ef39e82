"""`Keys`: the site's one secret, from which every other key is derived.

Tokens are never stored, only their digests under a key of their own; so a stolen database opens
nothing, and a new secret ends every session, token and link at once.
"""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from helpcenter.settings import Settings, SettingsError

SHORTEST = 32
"""Bytes of a secret; what is guessable is no secret."""

FILE = "secret.key"


@dataclass(frozen=True, slots=True)
class Keys:
    """Derives keys by label; the secret itself never leaves and never shows."""

    _secret: bytes = field(repr=False)

    def derive(self, label: str) -> bytes:
        """Return 32 bytes that only this secret and this label give."""
        return hmac.digest(self._secret, b"helpcenter:" + label.encode(), sha256)

    def digest(self, label: str, token: str) -> str:
        """Return what is stored of a token: 64 hexadecimal digits, which nobody can go back from.

        Any text is allowed, for it comes from outside.
        """
        return hmac.new(
            self.derive(label), token.encode("utf-8", "surrogatepass"), sha256
        ).hexdigest()


def load_keys(settings: Settings) -> Keys:
    """Return the keys of the site: from the setting, else from a file made at the first start.

    Raises `SettingsError` when there is no secret and none can be made here.
    """
    if settings.secret is not None:
        return Keys(settings.secret.get_secret_value().encode())
    if settings.database_url is not None:
        raise SettingsError(
            "secret (HELPCENTER_SECRET): set it when using PostgreSQL, the same on every node, "
            f"at least {SHORTEST} random bytes: a file of one node would sign the others' "
            "customers out"
        )
    return Keys(_kept(settings.data / FILE))


def _kept(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        secret = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: cannot keep the secret: {error.strerror}") from None
    if len(secret) < SHORTEST:
        raise SettingsError(
            f"{path}: too short to be a secret; delete it and a new one is made "
            "(everybody will have to sign in again)"
        )
    return secret


def _make(path: Path) -> None:
    """Write the file whole under another name first: a crash leaves no half of a secret."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(secrets.token_urlsafe(48).encode())
            stream.flush()
            os.fsync(stream.fileno())
        # A link fails where a rename would replace what another process has just made.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
