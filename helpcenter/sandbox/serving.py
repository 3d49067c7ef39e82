"""Serving an ASGI app on loopback from a background thread."""

import asyncio
import socket
import threading
from types import TracebackType
from typing import Any, Literal, Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from helpcenter.sandbox.faults import TRANSPORT

_PATIENCE = 10.0


def bind(port: int = 0) -> socket.socket:
    """Return a socket listening nowhere but on 127.0.0.1; port 0 picks a free one.

    Raises OSError if the port is taken.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
    except OSError:
        sock.close()
        raise
    return sock


class Running:
    """An app being served; a context manager that stops it at the end."""

    def __init__(self, app: ASGIApp, sock: socket.socket, lifespan: Literal["auto", "off"]) -> None:
        self.port: int = sock.getsockname()[1]
        self._sock = sock
        connections: dict[tuple[str, int], asyncio.Transport] = {}
        config = uvicorn.Config(
            _with_transport(app, connections),
            access_log=False,
            http=_protocol(connections),
            lifespan=lifespan,
            log_config=None,
            loop="asyncio",
            server_header=False,
            timeout_graceful_shutdown=1,
            ws="none",
        )
        self._server = uvicorn.Server(config)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"serve-{self.port}", daemon=True)

    @property
    def url(self) -> str:
        """The origin under which the app is reached."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Start serving; return once calls are answered.

        Raises RuntimeError if the app does not come up.
        """
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(_PATIENCE / 0.01)):
            if self._server.started:
                return self
            if not self._thread.is_alive():
                break
            waited.wait(0.01)
        self.stop()
        raise RuntimeError("the app did not start") from self._failure

    def leave(self) -> None:
        """Ask the server to stop, without waiting for it."""
        self._server.should_exit = True

    def stop(self) -> None:
        """Stop serving, cutting connections that do not end within a second."""
        self.leave()
        self._thread.join(_PATIENCE)
        self._sock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._sock])
        except BaseException as error:  # noqa: BLE001 — told to the caller of start()
            self._failure = error


def start_in_thread(
    app: ASGIApp,
    *,
    port: int = 0,
    sock: socket.socket | None = None,
    lifespan: Literal["auto", "off"] = "auto",
) -> Running:
    """Serve `app` on 127.0.0.1 from a background thread; use as a context manager or call `stop`.

    Pass a socket from `bind` when the app must know its port beforehand. Raises OSError if the port
    is taken, RuntimeError if the app does not come up.
    """
    return Running(app, sock or bind(port), lifespan).start()


def _protocol(connections: dict[tuple[str, int], asyncio.Transport]) -> type[H11Protocol]:
    """Return uvicorn's protocol, made to note each connection's transport by its peer."""

    class Noting(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn types it
            self._peer = transport.get_extra_info("peername")
            connections[self._peer] = transport
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.pop(self._peer, None)
            super().connection_lost(exc)

    return Noting


def _with_transport(app: ASGIApp, connections: dict[tuple[str, int], asyncio.Transport]) -> ASGIApp:
    """Return the app with each HTTP scope carrying its transport, so that a fault may cut it."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            extensions: dict[str, Any] = dict(scope.get("extensions") or {})
            transport = connections.get(tuple(scope["client"]))
            if transport is not None:
                extensions[TRANSPORT] = transport
            scope = {**scope, "extensions": extensions}
        await app(scope, receive, send)

    return wrapped
