"""What identity tells the rooms above it, without knowing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection


class CustomerListener(Protocol):
    """Somebody who keeps things that depend on who a customer is.

    Both are called within the write that changes the customer, so that both are kept or neither:
    SQL only, and what it raises undoes the change.
    """

    def customer_changed(self, conn: Connection, customer_id: int) -> None:
        """The customer is billed as somebody else at Stripe from now on."""
        ...

    def signed_out(self, conn: Connection, customer_id: int) -> None:
        """The host app has signed the customer out: every session and access token is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Listeners:
    """Several listeners as one, told in their order."""

    listeners: Sequence[CustomerListener] = ()

    def customer_changed(self, conn: Connection, customer_id: int) -> None:
        """Tell each one."""
        for listener in self.listeners:
            listener.customer_changed(conn, customer_id)

    def signed_out(self, conn: Connection, customer_id: int) -> None:
        """Tell each one."""
        for listener in self.listeners:
            listener.signed_out(conn, customer_id)
