"""Holding real traffic against Stripe's contract: import these in any room's tests.

`CheckingClient` goes into a `stripe.StripeClient(http_client=…)` and fails the call that breaks the
contract. `ContractWatch` wraps the sandbox's app and notes what breaks it, whoever calls.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.stripe_contract.request_check import problems_of_request
from tests.stripe_contract.response_check import problems_of_response
from tests.stripe_contract.spec import load

__all__ = [
    "CheckingClient",
    "ContractError",
    "ContractWatch",
    "request_problems",
    "response_problems",
]


class ContractError(AssertionError):
    """A request or answer that Stripe's published schema does not allow."""


def request_problems(method: str, path: str, query: str = "", body: str = "") -> list[str]:
    """Return what is wrong with a request; empty if Stripe's schema allows it."""
    return problems_of_request(load(), method.upper(), path, query, body)


def response_problems(method: str, path: str, status: int, body: bytes | str) -> list[str]:
    """Return what is wrong with a JSON answer; empty if Stripe's schema allows it."""
    return problems_of_response(load(), method.upper(), path, status, json.loads(body))


class CheckingClient(stripe.RequestsClient):
    """The SDK's usual client, refusing to send or take what Stripe's schema does not allow."""

    def request(  # type: ignore[override]  # the SDK's own RequestsClient narrows it like this
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        parts = urlsplit(url)
        _insist(request_problems(method, parts.path, parts.query, post_data or ""))
        content, status, answer_headers = super().request(method, url, headers, post_data)
        if answer_headers.get("content-type", "").startswith("application/json"):
            _insist(response_problems(method, parts.path, status, content))
        return content, status, answer_headers


def _insist(problems: list[str]) -> None:
    if problems:
        raise ContractError("; ".join(problems))


class ContractWatch:
    """Pure ASGI around the sandbox's Stripe: `problems` lists every broken promise it saw.

    `calls` counts the API calls looked at, so that a test can tell silence from absence.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.problems: list[str] = []
        self.calls = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        self.calls += 1
        method, path, query = scope["method"], scope["path"], scope["query_string"].decode()
        sent, got = bytearray(), bytearray()
        status = 0

        async def hear() -> Message:
            message = await receive()
            sent.extend(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            got.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, hear, say)
        self.problems += request_problems(method, path, query, sent.decode())
        if got.startswith(b"{"):
            self.problems += response_problems(method, path, status, bytes(got))
