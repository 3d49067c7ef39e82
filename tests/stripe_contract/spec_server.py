"""A mock of Stripe made from its published specification alone: it knows no customer.

Whatever the schema allows as a request is answered with whatever the schema allows as an answer;
anything else is refused, as Stripe would, and noted.
"""

from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from helpcenter.sandbox.api.forms import parse
from tests.stripe_contract.author import Author
from tests.stripe_contract.request_check import problems_of_request
from tests.stripe_contract.spec import load


@dataclass(frozen=True)
class Asked:
    """A request as it came over the wire."""

    method: str
    path: str
    params: dict[str, Any]
    headers: dict[str, str]

    @property
    def expand(self) -> tuple[str, ...]:
        return tuple(self.params.get("expand", ()))


@dataclass
class SpecStripe:
    """The mock as an ASGI app; `author` writes its answers and may be replaced at any time.

    `dated` is a Stripe that knows nothing newer than the published specification. `failing` is a
    status with which everything is refused.
    """

    author: Author
    dated: bool = False
    failing: int | None = None
    calls: list[Asked] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()
        while True:
            message = await receive()
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                break
        status, said = self.reply(scope, body.decode())
        await JSONResponse(said, status, {"request-id": "req_1"})(scope, receive, send)

    def reply(self, scope: Scope, body: str) -> tuple[int, dict[str, Any]]:
        """Return status and body of the answer to a request."""
        method, path, query = scope["method"], scope["path"], scope["query_string"].decode()
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        asked = Asked(method, path, parse(body if method == "POST" else query), headers)
        self.calls.append(asked)
        problems = problems_of_request(load(), method, path, query, body, dated=self.dated)
        if problems:
            self.problems += problems
            error = {"type": "invalid_request_error", "message": "; ".join(problems)}
            return 400, {"error": error}
        if self.failing is not None:
            return self.failing, self.author.error(method, path)
        return 200, self.author.answer(method, path, asked.expand)
