"""The kettle shop's chat over HTTP, on both databases, with the bot at work."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from pydantic import SecretStr

from helpcenter.app import HelpCenter, create_app
from helpcenter.clock import ManualClock
from helpcenter.conversations import store
from helpcenter.conversations.model import Owner
from helpcenter.db.database import Database
from helpcenter.identity.caller import SYSTEM
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from helpcenter.web.chat.counter import Chat, Patience
from tests.identity import host
from tests.identity.host import ISSUER, SECRET, START, HostApp
from tests.web.conftest import BASE

ORIGIN = "https://app.example.com"
API = "/api/v1/conversations"


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def app(settings: Settings, site: Site, database: Database, clock: ManualClock) -> HelpCenter:
    changes = {
        "secret": SecretStr("the help centre's own secret, 32+"),
        "host_jwt_secret": SecretStr(SECRET),
        "host_jwt_issuer": ISSUER,
        "host_origins": (ORIGIN,),
    }
    mine = settings.model_copy(update=changes)
    made = create_app(mine, database=database, site=site, clock=clock, log_requests=False)
    patience = Patience(stream=20, heartbeat=0.05, reread=0.05)
    made.state.chat = replace(made.state.chat, patience=patience)
    return made


@dataclass
class Person:
    """Somebody with a widget: what they hold, and what they can do with it."""

    http: AsyncClient
    token: str | None = None
    conversation: str = ""
    sent: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, **more: Any) -> Response:
        """Send a request with the token held."""
        token = {"authorization": f"Bearer {self.token}"} if self.token else {}
        headers = {**token, **self.headers, **more.pop("headers", {})}
        return await self.http.request(method, f"{API}{path}", headers=headers, **more)

    async def begin(self, **wanted: Any) -> dict[str, Any]:
        answer = await self.ask("POST", "", json={"locale": "en", **wanted})
        assert answer.status_code == 201, answer.text
        begun: dict[str, Any] = answer.json()
        self.conversation = begun["id"]
        self.token = begun.get("token", self.token)
        return begun

    async def post(self, **line: Any) -> Response:
        self.sent += 1
        line = {"client_id": f"line-{self.sent}", **line}
        return await self.ask("POST", f"/{self.conversation}/messages", json=line)

    async def say(self, text: str) -> dict[str, Any]:
        answer = await self.post(text=text)
        assert answer.status_code == 201, answer.text
        item: dict[str, Any] = answer.json()
        return item

    async def feed(self, after: int = 0, wait: int = 0) -> dict[str, Any]:
        path = f"/{self.conversation}/feed?after={after}&wait={wait}"
        answer = await self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    async def until(self, count: int) -> list[dict[str, Any]]:
        """Read on until there are that many items."""
        items: list[dict[str, Any]] = []
        while len(items) < count:
            items += (await self.feed(len(items), wait=20))["items"]
        return items


@pytest.fixture
async def http(app: HelpCenter) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(app=app)
    async with AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


@pytest.fixture
async def at_work(app: HelpCenter) -> AsyncIterator[None]:
    """The app runs, so that the bot answers."""
    async with app.router.lifespan_context(app):
        yield


@pytest.fixture
def new_person(http: AsyncClient) -> Callable[[], Person]:
    return lambda: Person(http)


@pytest.fixture
async def person(http: AsyncClient) -> Person:
    """Somebody who is not signed in, in a conversation of theirs."""
    someone = Person(http)
    await someone.begin()
    return someone


@pytest.fixture
def sign_in(http: AsyncClient, clock: ManualClock) -> Callable[..., Any]:
    """Return an access token of a customer of the host app."""

    async def get(sub: str = "ada", **claims: Any) -> str:
        stated = host.claims(clock.now(), aud=BASE, sub=sub, **claims)
        answer = await http.post("/api/v1/identify", json={"jwt": HostApp().sign(stated)})
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    return get


@pytest.fixture
def later(clock: ManualClock) -> Callable[[float], None]:
    return lambda seconds: clock.advance(timedelta(seconds=seconds))


async def pass_on(app: HelpCenter, public_id: str, to: Owner) -> None:
    """Let somebody else have the conversation, as the inbox does."""
    database = chat_of(app).runner.database
    found = await database.read(lambda conn: store.find(conn, SYSTEM, public_id))
    await database.write(lambda conn: store.pass_on(conn, found.id, to, only_from=frozenset(Owner)))


def chat_of(app: HelpCenter) -> Chat:
    """Return the app's chat."""
    return cast("Chat", app.state.chat)
