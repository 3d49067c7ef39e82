"""A help centre that answers on loopback, in a thread of this process."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from helpcenter.app import HelpCenter, create_app
from helpcenter.cli.serve import server
from helpcenter.content.roots import find_roots
from helpcenter.db.engine import open_database
from helpcenter.db.migrate import upgrade
from helpcenter.settings import Settings
from helpcenter.site.build import build

_PATIENCE_SECONDS = 30


@contextmanager
def serve(settings: Settings, folder: Path) -> Iterator[str]:
    """Serve the settings' content until the block ends; yield the base URL once search is ready.

    `settings.base_url` is replaced by the address it really has.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = settings.model_copy(update={"base_url": base, "data": folder})
        with closing(open_database(None, folder)) as database:
            upgrade(database)
            site = build(settings, find_roots(settings.content))
            app = create_app(settings, database=database, site=site, log_requests=False)
            with _running(app, settings, listener):
                _wait_for_index(app)
                yield base


@contextmanager
def _running(app: HelpCenter, settings: Settings, listener: socket.socket) -> Iterator[None]:
    running = server(app, settings, app.state.chat.notices.close)
    thread = threading.Thread(target=lambda: asyncio.run(running.serve([listener])), daemon=True)
    thread.start()
    try:
        yield
    finally:
        running.should_exit = True
        thread.join(_PATIENCE_SECONDS)


def _wait_for_index(app: HelpCenter) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while app.state.site is None or app.state.site.index is None:
        if time.monotonic() > until:
            raise TimeoutError("the search index was not built in time")
        time.sleep(0.02)
