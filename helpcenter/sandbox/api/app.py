"""The API as an ASGI app: authentication, parsing, idempotency, expansion, Stripe's headers."""

import base64
import binascii
import json
import secrets
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpcenter.sandbox.api.call import Call, Endpoint, Key
from helpcenter.sandbox.api.expand import check, expand
from helpcenter.sandbox.api.failure import StripeFailure
from helpcenter.sandbox.api.forms import parse
from helpcenter.sandbox.api.idempotency import Memory
from helpcenter.sandbox.api.portal import PORTAL
from helpcenter.sandbox.api.reads import READS
from helpcenter.sandbox.api.writes import WRITES
from helpcenter.sandbox.config import API_VERSION, random_name
from helpcenter.sandbox.state import Obj, State

ENDPOINTS = READS + WRITES + PORTAL

Handler = Callable[[Request], Awaitable[Response]]


def routes(state: State) -> list[Route]:
    """Return the API's routes, and a catch-all that refuses in Stripe's words."""
    memory = Memory()
    paths: dict[str, list[Endpoint]] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, []).append(endpoint)
    made = [
        Route(path, _serve(state, memory, found), methods=_VERBS) for path, found in paths.items()
    ]
    return [*made, Route("/v1/{rest:path}", _serve(state, memory, []), methods=_VERBS)]


_VERBS = ["GET", "POST", "DELETE"]


def _serve(state: State, memory: Memory, endpoints: list[Endpoint]) -> Handler:
    """Return the handler of one path, which several methods may share."""

    async def handler(request: Request) -> Response:
        body = (await request.body()).decode("utf-8", "replace")
        try:
            key = authenticate(state, request.headers.get("authorization", ""))
            endpoint = _choose(endpoints, request)
            return _answer(request, _once(state, memory, key, endpoint, request, body))
        except StripeFailure as failure:
            content = json.dumps(failure.body()).encode()
            return _answer(request, (failure.status, content, False))

    return handler


def _choose(endpoints: list[Endpoint], request: Request) -> Endpoint:
    for endpoint in endpoints:
        if endpoint.method == request.method:
            return endpoint
    message = f"Unrecognized request URL ({request.method}: {request.url.path})."
    raise StripeFailure(404, message)


def authenticate(state: State, header: str) -> Key:
    """Return the key of an Authorization header (Bearer, or Basic with the key as user name)."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            value = ""
    value = value.strip()
    if scheme.lower() not in {"bearer", "basic"} or not value:
        message = (
            "You did not provide an API key. You need to provide your API key in the Authorization "
            "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
        raise StripeFailure(401, message)
    config = state.config
    if _same(value, config.secret_key):
        return Key(value, config.account)
    if _same(value, config.restricted_key):
        return Key(value, config.account, rights=frozenset(state.rights))
    if config.live_key and _same(value, config.live_key):
        return Key(value, config.account, livemode=True)
    shown = f"{value[:8]}{'*' * 8}{value[-4:]}" if len(value) > 12 else "*" * len(value)  # noqa: PLR2004 — eight plus four are shown
    raise StripeFailure(401, f"Invalid API Key provided: {shown}")


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())


def _once(
    state: State, memory: Memory, key: Key, endpoint: Endpoint, request: Request, body: str
) -> tuple[int, bytes, bool]:
    """Run a call, or replay its first answer; return status, body and whether it is a replay."""
    name = request.headers.get("idempotency-key") if request.method == "POST" else None
    whole = f"{request.method} {request.url.path} {body}"
    with state.lock:
        kept = memory.recall(name, whole, state.wall()) if name else None
        if kept:
            return kept.status, kept.body, True
        params = parse(body if request.method == "POST" else request.url.query)
        answer = _run(state, key, endpoint, dict(request.path_params), params)
        content = json.dumps(answer, ensure_ascii=False).encode()
        if name:
            memory.keep(name, whole, 200, content, state.wall())
        return 200, content, False


def _run(state: State, key: Key, endpoint: Endpoint, path: dict[str, str], params: Obj) -> Obj:
    key.require(endpoint.right)
    paths = params.pop("expand", [])
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise StripeFailure(400, "Invalid array", None, "expand")
    endpoint.check(params)
    for wanted in paths:
        check(endpoint.answers, wanted)
    answer = endpoint.handle(Call(state, key, path, params))
    if answer.get("deleted"):
        return answer
    return expand(state, endpoint.answers, answer, paths, key.allow)


def _answer(request: Request, outcome: tuple[int, bytes, bool]) -> Response:
    status, content, replayed = outcome
    headers = {
        "Cache-Control": "no-cache, no-store",
        "Request-Id": f"req_{random_name(14)}",
        "Stripe-Version": request.headers.get("stripe-version", API_VERSION),
    }
    if "idempotency-key" in request.headers:
        headers["Idempotency-Key"] = request.headers["idempotency-key"]
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(content, status, headers, "application/json")
