"""`Identity`: everything that happens when somebody says who they are."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from helpcenter.clock import Clock
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity import access_tokens, api_tokens, customers, sessions, spent
from helpcenter.identity.access_tokens import Access
from helpcenter.identity.announce import CustomerListener, Listeners
from helpcenter.identity.api_tokens import Scope
from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.claims import LONGEST, HostClaims
from helpcenter.identity.customers import Customer
from helpcenter.identity.keys import Keys, load_keys
from helpcenter.identity.sessions import Session
from helpcenter.settings import Settings

if TYPE_CHECKING:
    from helpcenter.identity.jwt import Verifier


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was just made: the secret for the cookie, and whose it is."""

    token: str = field(repr=False)
    customer: Customer


@dataclass(frozen=True, slots=True)
class Identity:
    """Signs people in and out. `verifier` None: the host app's JWTs are not set up.

    Each method is one transaction, and nothing secret is stored or raised.
    """

    database: Database
    clock: Clock
    keys: Keys = field(repr=False)
    verifier: "Verifier | None"
    listener: CustomerListener

    async def verify(self, jwt: str, longest: timedelta = LONGEST) -> HostClaims:
        """Return what a JWT says; raises a `jwt_…` refusal, or `identity_not_set_up`."""
        if self.verifier is None:
            raise HelpcenterError("identity_not_set_up", Kind.UNAVAILABLE)
        return await self.verifier.verify(jwt, longest)

    async def identify(self, jwt: str) -> str:
        """Return a new access token for the customer a JWT names; raises as `verify`."""
        claims = await self.verify(jwt)
        token = access_tokens.new_token()
        digest = access_tokens.digest(self.keys, token)
        jti = spent.digest(self.keys, claims.jti)
        now = self.clock.now()

        def write(conn: Connection) -> None:
            spent.refuse_spent(conn, jti)
            caller = self._recorded(conn, claims, now)
            access_tokens.issue(conn, caller, digest, claims.issued_at, now)

        await self.database.write(write)
        return token

    async def sign_in(
        self, claims: HostClaims, *, once: bool, replacing: str | None = None
    ) -> NewSession:
        """Start a session for the customer the claims name, in place of the session `replacing`.

        `once` spends the `jti`; a spent one is refused (`jwt_spent`) either way.
        """
        token, digest = self._new_session()
        old, jti = self._digest(Role.CUSTOMER, replacing), spent.digest(self.keys, claims.jti)
        now = self.clock.now()

        def write(conn: Connection) -> Customer:
            if once:
                spent.spend(conn, jti, claims.expires, now)
            else:
                spent.refuse_spent(conn, jti)
            caller = self._recorded(conn, claims, now)
            sessions.end(conn, Role.CUSTOMER, old)
            sessions.start(conn, caller, digest, claims.issued_at, now)
            return customers.find(conn, caller)

        return NewSession(token, await self.database.write(write))

    async def sign_in_with_access(self, token: str, *, replacing: str | None = None) -> NewSession:
        """Start a session for the holder of an access token, as fresh as the JWT behind that.

        Raises `token_invalid`.
        """
        new, digest = self._new_session()
        old = self._digest(Role.CUSTOMER, replacing)
        offered, now = access_tokens.digest(self.keys, token), self.clock.now()

        def write(conn: Connection) -> Customer:
            access = _good(access_tokens.find(conn, offered, now))
            sessions.end(conn, Role.CUSTOMER, old)
            sessions.start(conn, access.caller, digest, access.signed_in_at, now)
            return customers.find(conn, access.caller)

        return NewSession(new, await self.database.write(write))

    async def session(self, role: Role, token: str | None, *, used: bool = True) -> Session | None:
        """Return the session of this role a cookie names, and note that it was used.

        Who only looks on (`used` False) does not keep it from going idle.
        """
        if not token:
            return None
        digest, now = self._digest(role, token), self.clock.now()
        found = await self.database.read(lambda conn: sessions.find(conn, role, digest, now))
        if used and found is not None and now - found.last_seen >= sessions.NOTED:
            session = found
            await self.database.write(lambda conn: sessions.touch(conn, session, now))
        return found

    async def access(self, token: str) -> Access:
        """Return whose access token this is; raises `token_invalid`."""
        digest, now = access_tokens.digest(self.keys, token), self.clock.now()
        return _good(await self.database.read(lambda conn: access_tokens.find(conn, digest, now)))

    async def customer(self, caller: Caller) -> Customer:
        """Return the customer who is asking; raises `sign_in_needed` for anybody else."""
        return await self.database.read(lambda conn: customers.find(conn, caller))

    async def sign_out(self, token: str) -> None:
        """End the customer's session a cookie names; other browsers stay signed in."""
        digest = self._digest(Role.CUSTOMER, token)
        await self.database.write(lambda conn: sessions.end(conn, Role.CUSTOMER, digest))

    async def give_back(self, token: str) -> None:
        """Revoke one access token; those of other pages and browsers stay good."""
        digest = access_tokens.digest(self.keys, token)
        await self.database.write(lambda conn: access_tokens.revoke(conn, digest))

    async def sign_out_everywhere(self, sub: str) -> None:
        """End every session and access token of a customer; one we never saw has none."""

        def write(conn: Connection) -> None:
            customer_id = customers.find_id(conn, sub)
            if customer_id is None:
                return
            caller = Caller(Role.CUSTOMER, customer_id)
            sessions.end_all(conn, caller)
            access_tokens.revoke_all(conn, caller)
            self.listener.signed_out(conn, customer_id)

        await self.database.write(write)

    async def require(self, token: str, scope: Scope) -> None:
        """Raise `token_invalid` or `scope_missing` unless this API token may do that."""
        digest = api_tokens.digest(self.keys, token)
        allowed = await self.database.read(lambda conn: api_tokens.allows(conn, digest, scope))
        if allowed is None:
            raise _token_invalid()
        if not allowed:
            raise HelpcenterError("scope_missing", Kind.FORBIDDEN, {"scope": scope.value})

    def _recorded(self, conn: Connection, claims: HostClaims, now: datetime) -> Caller:
        customer = customers.record(conn, claims, now, self.listener)
        return Caller(Role.CUSTOMER, customer.id)

    def _new_session(self) -> tuple[str, str]:
        token = sessions.new_token()
        return token, self._digest(Role.CUSTOMER, token)

    def _digest(self, role: Role, token: str | None) -> str:
        return sessions.digest(self.keys, role, token or "")


def make_identity(
    settings: Settings, database: Database, clock: Clock, *listeners: CustomerListener
) -> Identity:
    """Return the service for these settings; raises `SettingsError` when no secret can be had."""
    return Identity(
        database,
        clock,
        load_keys(settings),
        _verifier(settings, clock),
        Listeners(listeners),
    )


def _verifier(settings: Settings, clock: Clock) -> "Verifier | None":
    # The cryptography behind it is a tenth of the start of a site that signs nobody in.
    if settings.host_jwt_issuer is None:
        return None
    from helpcenter.identity.jwt import make_verifier

    return make_verifier(settings, clock)


def _good(access: Access | None) -> Access:
    if access is None:
        raise _token_invalid()
    return access


def _token_invalid() -> HelpcenterError:
    return HelpcenterError("token_invalid", Kind.UNAUTHENTICATED)
