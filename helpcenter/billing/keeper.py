"""`LinkKeeper`: makes portal links, finds them again by their token, and spells their address."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from helpcenter.billing import links
from helpcenter.billing.links import PortalLink, Wish
from helpcenter.billing.tokens import LinkToken, Seal, make_seal, new_id
from helpcenter.clock import Clock
from helpcenter.db.database import Database
from helpcenter.identity.caller import Caller
from helpcenter.identity.keys import Keys
from helpcenter.settings import Settings


@dataclass(frozen=True, slots=True)
class LinkKeeper:
    """Portal links of this site; each method is one transaction.

    `lifetime` is what the words of the site promise, `link_hours`.
    """

    database: Database
    clock: Clock
    seal: Seal
    lifetime: timedelta

    async def make(self, caller: Caller, wish: Wish) -> PortalLink:
        """Make a link with its whole life ahead of it.

        Raises `too_many` besides what `links.make` raises.
        """
        link_id, now = new_id(), self.clock.now()

        def write(conn: Connection) -> PortalLink:
            links.refuse_too_many(conn, caller, now)
            return links.make(conn, caller, link_id, wish, now, self.lifetime)

        return await self.database.write(write)

    async def make_or_reuse(self, caller: Caller, wish: Wish) -> PortalLink:
        """Return the customer's unexpired link for this wish, or a new one; raises as `make`."""
        link_id, now = new_id(), self.clock.now()
        return await self.database.write(
            lambda conn: links.make_or_reuse(conn, caller, link_id, wish, now, self.lifetime)
        )

    async def click(self, caller: Caller, token: str) -> PortalLink:
        """Return the caller's link that a token opens, and note the click; raises as `links`."""
        link_id, now = self.seal.link_id(token), self.clock.now()
        if link_id is None:
            raise links.link_not_found()
        return await self.database.write(lambda conn: links.click(conn, caller, link_id, now))

    def token(self, link: PortalLink) -> LinkToken:
        """Return what opens a link, to be shown to its customer only."""
        return self.seal.token(link.id)


def make_keeper(settings: Settings, database: Database, clock: Clock, keys: Keys) -> LinkKeeper:
    """Return the keeper for these settings."""
    return LinkKeeper(database, clock, make_seal(keys), timedelta(hours=settings.link_hours))
