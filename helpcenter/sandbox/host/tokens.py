"""The demo product's tokens: what a real host app signs on its server."""

from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters, OctKey

from helpcenter.sandbox.config import SandboxConfig, Wiring, random_name
from helpcenter.sandbox.making import Person

# The longest lives the help centre accepts: by form, and in the address bar.
FORM_LIFE = 600
LINK_LIFE = 60

# Claims of any kind, so that tests can sign wrong ones too.
Claims = dict[str, Any]


class Signer:
    """Signs with the key the configuration asks for.

    HS256 uses the shared secret; ES256 a key made for this run, published by `jwks`.
    """

    def __init__(self, config: SandboxConfig) -> None:
        self.algorithm = config.jwt_algorithm
        self.kid = f"sandbox-{random_name(8)}"
        if self.algorithm == "ES256":
            about: KeyParameters = {"alg": "ES256", "kid": self.kid, "use": "sig"}
            self._key: OctKey | ECKey = ECKey.generate_key("P-256", about, private=True)
        else:
            self._key = OctKey.import_key(config.jwt_secret)

    def sign(self, claims: Claims) -> str:
        """Return a compact JWT of these claims."""
        header = {"alg": self.algorithm, "kid": self.kid, "typ": "JWT"}
        return jwt.encode(header, claims, self._key, algorithms=[self.algorithm])

    def jwks(self) -> dict[str, Any]:
        """Return the public keys; none when the secret is shared."""
        if isinstance(self._key, OctKey):
            return {"keys": []}
        return {"keys": [self._key.as_dict(private=False)]}


def claims(person: Person, wiring: Wiring, locale: str, now: int, life: int) -> Claims:
    """Return what the help centre is told about a signed-in user, good for `life` seconds."""
    return {
        "aud": wiring.helpcenter_url,
        "email": person.email,
        "exp": now + life,
        "iat": now,
        "iss": wiring.host_url,
        "jti": random_name(),
        "locale": locale,
        "name": person.name,
        "stripe_customer": person.customer,
        "sub": person.sub,
        "zoneinfo": person.zoneinfo,
    }
