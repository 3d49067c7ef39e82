"""The mail about a payment that failed: an invitation to look, in the customer's language.

It names no reason, amount or card, for mail is read over shoulders; its link is ours, and what is
behind it is shown after signing in. One mail an invoice, whatever Stripe says how often.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from helpcenter.billing.facts import CustomerState, Facts, FactsUnavailable, Read
from helpcenter.billing.reader import Scope
from helpcenter.billing.tables import payment_letters
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.catalogues import Catalogue, Catalogues
from helpcenter.i18n.locale import SOURCE
from helpcenter.i18n.negotiate import match
from helpcenter.identity import customers
from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.customers import Customer
from helpcenter.identity.tables import customers as customer_rows
from helpcenter.jobs import outbox
from helpcenter.jobs.mail import PAYMENT_JOB, Letter
from helpcenter.jobs.outbox import Payload
from helpcenter.settings import Settings

TYPE = "invoice.payment_failed"
"""The event that leads to a mail."""


class Words(Protocol):
    """What is said in which language."""

    @property
    def catalogues(self) -> Catalogues:
        """The catalogues of every locale."""
        ...


class Writer(Protocol):
    """Whoever puts words on paper."""

    def write(self, template: str, to: str, speech: Catalogue, **shows: object) -> Letter:
        """Return a letter to an address in the catalogue's language."""
        ...


class Bills(Protocol):
    """Whoever knows what is open."""

    async def facts_for(self, customer: str | None, scope: Scope) -> Facts | FactsUnavailable:
        """Return a customer's facts."""
        ...


def invite(conn: Connection, stripe_customer: str, invoice: str, now: datetime) -> None:
    """Leave a mail job for each customer who is billed as `cus_…` and has an address."""
    c = customer_rows.c
    billed = select(c.id).where(c.stripe_customer == stripe_customer, c.email.is_not(None))
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    for customer_id in conn.execute(billed.order_by(c.id)).scalars().all():
        row = {"customer_id": customer_id, "invoice": invoice, "at": now}
        told = dialect.insert(payment_letters).values(row).on_conflict_do_nothing()
        if conn.execute(told.returning(payment_letters.c.invoice)).first() is not None:
            payload = {"customer": customer_id, "invoice": invoice}
            outbox.enqueue(conn, PAYMENT_JOB, payload, now=now)


@dataclass(frozen=True, slots=True)
class PaymentLetters:
    """Makes the letters that `payment_mail` jobs name."""

    database: Database
    settings: Settings
    words: Callable[[], Words]
    writer: Writer
    bills: Bills

    async def compose(self, payload: Payload) -> Letter | None:
        """Return the letter; None if the invoice is settled by now or the customer gone."""
        caller = Caller(Role.CUSTOMER, int(payload["customer"]))
        try:
            who = await self.database.read(lambda conn: customers.find(conn, caller))
        except HelpcenterError:
            return None
        if who.email is None or await self._is_settled(who, str(payload["invoice"])):
            return None
        catalogues = self.words().catalogues
        locale = match(who.locale or "", [SOURCE, *catalogues.by_locale]) or SOURCE
        speech = catalogues.for_locale(locale)
        product = self.settings.words(locale.folder)["product"]
        return self.writer.write(
            "payment_failed.txt",
            who.email,
            speech,
            product=product,
            help=speech.gettext("%(product)s Help") % {"product": product},
            url=f"{self.settings.base_url}/{locale.tag}/account",
        )

    async def _is_settled(self, who: Customer, invoice: str) -> bool:
        """Tell whether an invoice is surely not open any more."""
        facts = await self.bills.facts_for(who.stripe_customer, Scope.ACCOUNT)
        if isinstance(facts, FactsUnavailable):
            return False
        present = facts.state is CustomerState.PRESENT
        unknown = present and Read.INVOICES not in facts.reads
        return not unknown and invoice not in {bill.id for bill in facts.open_invoices}
