"""The sandbox as a whole: state, two apps, webhooks, and starting all of it on loopback."""

from collections.abc import Callable
from dataclasses import replace
from types import TracebackType

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from helpcenter.sandbox import people, webhooks
from helpcenter.sandbox.admin import Admin
from helpcenter.sandbox.api import app as api
from helpcenter.sandbox.config import SandboxConfig, Wiring
from helpcenter.sandbox.faults import FaultMiddleware, Faults
from helpcenter.sandbox.host.app import HostApp
from helpcenter.sandbox.pages import script, stylesheet
from helpcenter.sandbox.portal import invoice
from helpcenter.sandbox.portal import pages as portal
from helpcenter.sandbox.serving import Running, bind, start_in_thread
from helpcenter.sandbox.state import Obj, State

Wrap = Callable[[ASGIApp], ASGIApp]


class Sandbox:
    """A Stripe with sixteen customers in it, and a product they use.

    `stripe_app` speaks Stripe's API and serves the hosted pages; `host_app` is the demo product,
    whose tokens `signer` signs. Nothing runs until they are served: `start_sandbox` does that, or
    serve them yourself and start `webhooks`.
    """

    def __init__(self, config: SandboxConfig | None = None, wiring: Wiring | None = None) -> None:
        self.config = config or SandboxConfig()
        self.state = State(self.config, wiring or Wiring())
        people.seed(self.state)
        self.faults = Faults()
        self.webhooks = webhooks.Deliverer(self.state)
        host = HostApp(self.state)
        self.signer = host.signer
        admin = Admin(self.state, self.faults, self.webhooks)
        hosted = [*api.routes(self.state), *portal.routes(self.state), *invoice.routes(self.state)]
        self.stripe_app = _app(
            [*hosted, *admin.routes()], Middleware(FaultMiddleware, faults=self.faults)
        )
        self.host_app = _app(host.routes())

    @property
    def wiring(self) -> Wiring:
        """Where everybody lives at the moment."""
        return self.state.wiring

    def connect(
        self,
        *,
        helpcenter_url: str | None = None,
        webhook_url: str | None = None,
        signout_token: str | None = None,
        widget_src: str | None = None,
    ) -> None:
        """Tell the sandbox about its help centre once that has a port; None leaves a value alone.

        Raises ValueError if the webhook URL is not on loopback.
        """
        if webhook_url is not None:
            webhooks.check_url(webhook_url)
        given = {
            "helpcenter_url": helpcenter_url,
            "webhook_url": webhook_url,
            "signout_token": signout_token,
            "widget_src": widget_src,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        self.state.wiring = replace(self.state.wiring, **changes)

    def customer(self, name: str) -> Obj:
        """Return a customer by given name, `sub` or id, as Stripe would. Raises KeyError."""
        return self.state.customer(name)

    def fail_payment(self, name: str, code: str) -> Obj:
        """Have a customer's next payment declined with `code`; return the open invoice."""
        return people.fail_next_payment(self.state, name, code)


def _app(routes: list[Route], *inner: Middleware) -> ASGIApp:
    """Return an app that answers to loopback names only.

    Another name in the Host header means that somebody else's page, re-pointed here, is asking.
    """
    hosts = ["127.0.0.1", "localhost"]
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    return Starlette(routes=[*routes, *_static()], middleware=[guard, *inner])


def _static() -> list[Route]:
    """Return the routes of the stylesheet and the script."""
    files = {"sandbox.css": ("text/css", stylesheet), "host.js": ("text/javascript", script)}

    async def file(request: Request) -> Response:
        found = files.get(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        media, read = found
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return Response(read(), headers=headers, media_type=media)

    return [Route("/_static/{name}", file)]


class RunningSandbox:
    """A sandbox being served; a context manager that gives the sandbox and stops it at the end."""

    def __init__(self, sandbox: Sandbox, *servers: Running) -> None:
        self.sandbox = sandbox
        self._servers = servers

    def stop(self) -> None:
        """Stop both servers and the webhooks."""
        self.sandbox.webhooks.stop()
        for server in self._servers:
            server.leave()
        for server in self._servers:
            server.stop()

    def __enter__(self) -> Sandbox:
        return self.sandbox

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start_sandbox(
    config: SandboxConfig | None = None,
    *,
    stripe_port: int = 0,
    host_port: int = 0,
    wrap: Wrap | None = None,
) -> RunningSandbox:
    """Serve a sandbox on two loopback ports (0: free ones) from background threads.

    `wrap`, if given, goes around the Stripe app, for example to watch its traffic.
    Raises OSError if a port is taken.
    """
    stripe_sock = bind(stripe_port)
    try:
        host_sock = bind(host_port)
    except OSError:
        stripe_sock.close()
        raise
    wiring = Wiring(
        stripe_url=f"http://127.0.0.1:{stripe_sock.getsockname()[1]}",
        host_url=f"http://localhost:{host_sock.getsockname()[1]}",
    )
    sandbox = Sandbox(config, wiring)
    app = wrap(sandbox.stripe_app) if wrap else sandbox.stripe_app
    stripe = start_in_thread(app, sock=stripe_sock, lifespan="off")
    host = start_in_thread(sandbox.host_app, sock=host_sock, lifespan="off")
    sandbox.webhooks.start()
    return RunningSandbox(sandbox, stripe, host)
