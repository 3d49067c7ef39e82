"""A server that is told to stop ends its streams instead of waiting for them."""

import time
from threading import Thread

from httpx2 import Client

from helpcenter.app import HelpCenter
from helpcenter.cli.serve import server
from helpcenter.settings import Settings
from tests.web.chat.conftest import API, chat_of


def test_streams_end_with_the_server(app: HelpCenter, settings: Settings) -> None:
    mine = settings.model_copy(update={"port": 0})
    served = server(app, mine, chat_of(app).notices.close)
    thread = Thread(target=served.run, daemon=True)
    thread.start()
    while not served.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = served.servers[0].sockets[0].getsockname()[1]
    try:
        with Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
            begun = http.post(API).json()
            headers = {
                "authorization": f"Bearer {begun['token']}",
                "accept": "text/event-stream",
            }
            with http.stream("GET", f"{API}/{begun['id']}/feed", headers=headers) as answer:
                blocks = answer.iter_text()
                assert "event: state" in next(blocks)
                served.should_exit = True
                # Cut off in the middle, this would raise.
                assert all(block.startswith(":") for block in blocks)
    finally:
        served.should_exit = True
        thread.join(30)
    assert not thread.is_alive()
