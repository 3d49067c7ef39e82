"""Readers the site knows: a customer and an agent who are signed in."""

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, insert
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter, create_app
from helpcenter.db.database import Database
from helpcenter.identity import agents, sessions
from helpcenter.identity.agents import AgentRole, NewAgent
from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.tables import customers
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from tests.web.conftest import client_of


@pytest.fixture
def app(settings: Settings, site: Site, database: Database) -> HelpCenter:
    """An app of this test's own that can tell who signed in."""
    known = settings.model_copy(update={"secret": SecretStr("the help centre's own secret, 32+")})
    return create_app(known, database=database, site=site, log_requests=False)


@pytest.fixture
def customer(app: HelpCenter) -> TestClient:
    """A client of somebody who pays for kettles."""
    return _signed_in(app, Role.CUSTOMER)


@pytest.fixture
def agent(app: HelpCenter) -> TestClient:
    """A client of somebody who answers them."""
    return _signed_in(app, Role.AGENT)


def _signed_in(app: HelpCenter, role: Role) -> TestClient:
    identity, now = app.state.identity, datetime.now(UTC)
    token = sessions.new_token()
    digest = sessions.digest(identity.keys, role, token)

    def write(conn: Connection) -> None:
        sessions.start(conn, Caller(role, _somebody(conn, role, now)), digest, now, now)

    identity.database.write_sync(write)
    client = client_of(app)
    client.headers["cookie"] = f"__Host-hc_{role}={token}"
    return client


def _somebody(conn: Connection, role: Role, now: datetime) -> int:
    if role is Role.AGENT:
        new = NewAgent("ada@example.com", "Ada", AgentRole.AGENT, "support", "no password")
        return agents.add(conn, new, now).id
    row = {"sub": "who", "claimed_at": now, "created": now}
    added = conn.execute(insert(customers).values(row).returning(customers.c.id))
    return int(added.scalar_one())
