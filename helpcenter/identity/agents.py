"""Agents: people of the support teams, made on the command line, signed in by password."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, insert, select, update

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity import sessions
from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.emails import normal_email
from helpcenter.identity.tables import agents


class AgentRole(StrEnum):
    """What an agent may do; an admin may also see to mail that could not be sent."""

    AGENT = "agent"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as colleagues see them; `team` is an id of `bot/teams.yaml`."""

    id: int
    email: str
    name: str
    role: AgentRole
    team: str
    active: bool = True

    @property
    def caller(self) -> Caller:
        """The agent as somebody who asks."""
        return Caller(Role.AGENT, self.id)


@dataclass(frozen=True, slots=True)
class NewAgent:
    """An agent to be made."""

    email: str
    name: str
    role: AgentRole
    team: str
    password_hash: str = field(repr=False)


def add(conn: Connection, new: NewAgent, now: datetime) -> Agent:
    """Store an agent; raises `name_taken` when the address is one's already."""
    email = normal_email(new.email)
    if conn.execute(select(agents.c.id).where(agents.c.email == email)).first():
        raise HelpcenterError("name_taken", Kind.CONFLICT)
    found = conn.execute(
        insert(agents)
        .values(
            email=email,
            name=new.name,
            role=new.role.value,
            team=new.team,
            password_hash=new.password_hash,
            active=True,
            created=now,
        )
        .returning(agents)
    ).mappings()
    return _agent(found.one())


def find(conn: Connection, caller: Caller) -> Agent:
    """Return the agent who is asking; raises `agent_sign_in_needed` for anybody else."""
    if caller.role is Role.AGENT:
        row = conn.execute(select(agents).where(agents.c.id == caller.id, agents.c.active))
        if (found := row.mappings().one_or_none()) is not None:
            return _agent(found)
    raise HelpcenterError("agent_sign_in_needed", Kind.UNAUTHENTICATED)


def find_by_email(conn: Connection, email: str) -> tuple[Agent, str] | None:
    """Return an active agent and the hash of their password."""
    row = conn.execute(select(agents).where(agents.c.email == email, agents.c.active))
    found = row.mappings().one_or_none()
    return None if found is None else (_agent(found), found["password_hash"])


def names(conn: Connection) -> dict[int, str]:
    """Return what every agent is called, former ones too, by id."""
    return {row.id: row.name for row in conn.execute(select(agents.c.id, agents.c.name))}


def listed(conn: Connection) -> list[Agent]:
    """Return all agents by address."""
    return [_agent(row) for row in conn.execute(select(agents).order_by(agents.c.email)).mappings()]


def set_password(conn: Connection, email: str, password_hash: str) -> bool:
    """Give an agent another password and end their sessions; False when there is no such agent."""
    return _changed(conn, email, password_hash=password_hash)


def deactivate(conn: Connection, email: str) -> bool:
    """Let an agent in no more and end their sessions; what they wrote keeps their name.

    False when there is no such agent.
    """
    return _changed(conn, email, active=False)


def _changed(conn: Connection, email: str, **values: object) -> bool:
    found = conn.execute(
        update(agents).where(agents.c.email == email).values(**values).returning(agents.c.id)
    ).scalar_one_or_none()
    if found is not None:
        sessions.end_all(conn, Caller(Role.AGENT, found))
    return found is not None


def _agent(row: RowMapping) -> Agent:
    return Agent(
        row["id"], row["email"], row["name"], AgentRole(row["role"]), row["team"], row["active"]
    )
