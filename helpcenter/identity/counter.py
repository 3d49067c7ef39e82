"""`Counter`: where agents sign in and out. Passwords never reach a transaction."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from helpcenter.clock import Clock
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity import agents, sessions
from helpcenter.identity.agents import Agent
from helpcenter.identity.caller import Role
from helpcenter.identity.emails import normal_email
from helpcenter.identity.keys import Keys
from helpcenter.identity.passwords import LONGEST, Passwords


@dataclass(frozen=True, slots=True)
class Counter:
    """Signs agents in and out; who is asking is `Identity.session(Role.AGENT, …)`."""

    database: Database
    clock: Clock
    keys: Keys = field(repr=False)
    passwords: Passwords

    async def sign_in(self, email: str, password: str, *, replacing: str | None) -> str:
        """Return a session's secret for an agent's browser, in place of the session `replacing`.

        Raises `agent_refused`, the same and as slowly for a wrong address as for a wrong password.
        """
        known = None
        if len(email) <= LONGEST and "\0" not in email:
            wanted = email.strip().lower()
            known = await self.database.read(lambda conn: agents.find_by_email(conn, wanted))
        agent, stored = known or (None, None)
        fits = await self.passwords.verify(password, stored)
        if not fits or agent is None:
            raise HelpcenterError("agent_refused", Kind.UNAUTHENTICATED)
        token = sessions.new_token()
        digest, old = self._digest(token), self._digest(replacing or "")
        now, caller = self.clock.now(), agent.caller

        def write(conn: Connection) -> None:
            # Read again: the password may have been changed while this one was compared.
            if agents.find_by_email(conn, agent.email) != known:
                raise HelpcenterError("agent_refused", Kind.UNAUTHENTICATED)
            sessions.end(conn, Role.AGENT, old)
            sessions.start(conn, caller, digest, now, now)

        await self.database.write(write)
        return token

    async def sign_out(self, token: str) -> None:
        """End the agent's session a cookie names."""
        digest = self._digest(token)
        await self.database.write(lambda conn: sessions.end(conn, Role.AGENT, digest))

    async def by_email(self, email: str) -> Agent:
        """Return the agent in whose name a program acts; raises `agent_sign_in_needed`."""
        wanted = normal_email(email)
        found = await self.database.read(lambda conn: agents.find_by_email(conn, wanted))
        if found is None:
            raise HelpcenterError("agent_sign_in_needed", Kind.UNAUTHENTICATED)
        return found[0]

    def form_token(self, session_token: str) -> str:
        """Return what every form of this session carries, so that no other page can make one."""
        return self.keys.digest("agent-form", session_token)[:32]

    def _digest(self, token: str) -> str:
        return sessions.digest(self.keys, Role.AGENT, token)
