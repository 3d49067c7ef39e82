"""A host app for tests: signs JWTs in each of the three ways, and publishes its keys."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from helpcenter.identity.jwks import JwksError

BASE = "http://127.0.0.1:8000"
ISSUER = "https://app.example"
SECRET = "a-shared-secret-of-more-than-32-bytes"
START = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)

_numbers = itertools.count()


def claims(now: datetime = START, **changes: Any) -> dict[str, Any]:
    """Return good claims as of `now`; a change to None leaves the claim out."""
    moment = int(now.timestamp())
    good = {
        "iss": ISSUER,
        "aud": BASE,
        "iat": moment,
        "exp": moment + 60,
        "sub": "user-1",
        "jti": f"jti-{next(_numbers)}",
        **changes,
    }
    return {name: value for name, value in good.items() if value is not None}


@dataclass
class HostApp:
    """Signs with one key; `kid` names it, `published` is its JWKS document."""

    algorithm: str = "HS256"
    key: OctKey | RSAKey | ECKey = field(default_factory=lambda: OctKey.import_key(SECRET))
    kid: str | None = None

    def sign(self, stated: Any, **header: Any) -> str:
        """Return a JWT in compact form; `stated` may be anything JSON can hold, or bytes."""
        payload = stated if isinstance(stated, bytes) else json.dumps(stated).encode()
        named = {"kid": self.kid} if self.kid else {}
        head = {"alg": self.algorithm, **named, **header}
        registry = jws.JWSRegistry(algorithms=[head["alg"]], strict_check_header=False)
        return jws.serialize_compact(head, payload, self.key, registry=registry)

    @property
    def published(self) -> bytes:
        """The JWKS document that holds this key's public part."""
        return document(self)


def document(*hosts: HostApp) -> bytes:
    """Return a JWKS document with the public keys of several."""
    members = []
    for host in hosts:
        assert not isinstance(host.key, OctKey)
        public = host.key.as_dict(private=False)
        members.append({**public, **({"kid": host.kid} if host.kid else {}), "use": "sig"})
    return json.dumps({"keys": members}).encode()


def rsa_host(kid: str | None = "rsa-1", bits: int = 2048) -> HostApp:
    """Return a host app that signs by RS256."""
    return HostApp("RS256", RSAKey.generate_key(bits), kid)


def ec_host(kid: str | None = "ec-1", curve: str = "P-256") -> HostApp:
    """Return a host app that signs by ES256."""
    return HostApp("ES256", ECKey.generate_key(curve), kid)


class FakeDoor:
    """Hands out `answer`, counting how often; None is a host app that is down."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer
        self.asked = 0

    async def fetch(self) -> bytes:
        self.asked += 1
        await asyncio.sleep(0)
        if self.answer is None:
            raise JwksError("down")
        return self.answer


Handler = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def published(answer: Handler) -> Iterator[str]:
    """Serve `answer` on loopback and give its URL."""

    class Serve(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Serve) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/jwks.json"
        finally:
            server.shutdown()
            thread.join()


def send(body: bytes, status: int = 200, **headers: str) -> Handler:
    """Return a handler that always sends this."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return handle
