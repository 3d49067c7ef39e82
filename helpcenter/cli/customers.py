"""Whose facts a command looks at: a customer's, or one's of a sandbox in this process."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from helpcenter.cli.context import Exit, fail, logging_apart

if TYPE_CHECKING:
    from datetime import tzinfo

    from helpcenter.bot.conversation_tests import Conversation
    from helpcenter.bot.engine import Looking
    from helpcenter.bot.facts import FactView, Reads
    from helpcenter.clock import Clock
    from helpcenter.sandbox.server import Sandbox
    from helpcenter.settings import Settings

NOBODY = "nobody"
"""In conversation tests: somebody who is signed in and has never paid."""


@dataclass(frozen=True, slots=True)
class _Somebody:
    """A customer by their id at Stripe, None for one who has never paid, and where they live."""

    stripe_customer: str | None
    zone: "tzinfo"


@contextmanager
def looking(
    settings: "Settings", clock: "Clock", name: str | None, *, level: int = logging.WARNING
) -> Iterator["Looking"]:
    """Give what the bot may know of a customer: a sandbox customer's name, a `sub` or a `cus_…`.

    Without a name nobody is signed in. Without a Stripe key a sandbox is started for as long as
    this lasts. What is logged meanwhile, from `level` on, goes to standard error. Leaves with a
    clear sentence if there is no such customer.
    """
    from helpcenter.bot.facts import Sight, absent

    if name is None:
        yield lambda _reads: absent(Sight.SIGNED_OUT)
    elif settings.stripe_key is None:
        with logging_apart(level), practice(settings, clock) as stage:
            yield stage.look_at(name)
    else:
        with logging_apart(level), _door(settings, clock) as look:
            yield look(_customer(settings, name))


class Practice:
    """A sandbox with its customers, seen through the door that real customers are seen by."""

    def __init__(
        self,
        settings: "Settings",
        sandbox: "Sandbox",
        look: Callable[[_Somebody], "Looking"],
    ) -> None:
        self._settings = settings
        self._sandbox = sandbox
        self._look = look

    def look_at(self, name: str) -> "Looking":
        """Look at a customer; leaves with the names there are if there is no such one."""
        from helpcenter.i18n.dates import zone
        from helpcenter.sandbox.people import PEOPLE, person_named

        if name == NOBODY:
            return self._look(_Somebody(None, zone(self._settings.timezone)))
        try:
            person = person_named(name)
        except KeyError:
            names = ", ".join(person.name for person in PEOPLE)
            fail(f"`{name}` is no customer of the sandbox; it has {names}.", Exit.USAGE)
        return self._look(_Somebody(person.customer, zone(person.zoneinfo)))

    def decline(self, name: str, code: str) -> None:
        """Have a customer's next payment declined."""
        self._sandbox.fail_payment(name, code)


@contextmanager
def practice(settings: "Settings", clock: "Clock") -> Iterator[Practice]:
    """Start a sandbox that goes by `clock`, on loopback, and stop it at the end."""
    from pydantic import SecretStr

    from helpcenter.sandbox.config import SandboxConfig, Wiring
    from helpcenter.sandbox.server import Sandbox
    from helpcenter.sandbox.serving import bind, start_in_thread

    sock = bind()
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    sandbox = Sandbox(SandboxConfig(clock=clock.now), Wiring(stripe_url=url))
    key = SecretStr(sandbox.config.restricted_key)
    changes = {"stripe_key": key, "stripe_api_base": url, "facts_seconds": 0}
    mine = settings.model_copy(update=changes)
    with (
        start_in_thread(sandbox.stripe_app, sock=sock, lifespan="off"),
        _door(mine, clock) as look,
    ):
        yield Practice(mine, sandbox, look)


class ConversationDesk:
    """The customers of conversation tests, in sandboxes that are started when first needed.

    A context manager that stops them. Who is refused a payment first has a sandbox alone.
    """

    def __init__(self, settings: "Settings", clock: "Clock") -> None:
        self._settings = settings
        self._clock = clock
        self._stack = ExitStack()
        self._stages: dict[tuple[str, str] | None, Practice] = {}

    def facts_for(self, conversation: "Conversation") -> "Looking":
        """Return how a conversation's customer is looked at."""
        from helpcenter.bot.facts import Sight, absent

        name = conversation.customer
        if name is not None and conversation.without is None:
            return self._stage(name, conversation.decline).look_at(name)
        view = absent(conversation.without or Sight.SIGNED_OUT)
        return lambda _reads: view

    def _stage(self, name: str, decline: str | None) -> Practice:
        key = (name, decline) if decline is not None else None
        if key not in self._stages:
            stage = self._stack.enter_context(practice(self._settings, self._clock))
            self._stages[key] = stage
            if key is not None:
                stage.decline(*key)
        return self._stages[key]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()


@contextmanager
def _door(settings: "Settings", clock: "Clock") -> Iterator[Callable[[_Somebody], "Looking"]]:
    """Open the door to Stripe, which takes a while, and close it at the end."""
    import asyncio

    from helpcenter.billing.connect import connect
    from helpcenter.billing.reader import Scope
    from helpcenter.bot.view import Terms, view_of

    grace = timedelta(days=settings.grace_days)

    with asyncio.Runner() as runner, closing(connect(settings, clock)) as billing:

        def look(who: _Somebody) -> "Looking":
            def at(reads: "Reads") -> "FactView":
                asked = billing.facts.facts_for(who.stripe_customer, Scope[reads.name])
                found = runner.run(asked)
                terms = Terms(grace, runner.run(billing.flows.allowed()))
                return view_of(found, clock.now(), who.zone, terms)

            return at

        yield look


def _customer(settings: "Settings", name: str) -> _Somebody:
    """Return whom a `cus_…` or the `sub` of somebody who has signed in stands for."""
    from helpcenter.db.engine import FILE, open_database
    from helpcenter.i18n.dates import zone
    from helpcenter.identity import customers

    if name.startswith("cus_"):
        return _Somebody(name, zone(settings.timezone))
    url = settings.database_url.get_secret_value() if settings.database_url else None
    found = None
    if url or (settings.data / FILE).exists():
        with closing(open_database(url, settings.data)) as database:
            found = database.read_sync(lambda conn: customers.find_by_sub(conn, name))
    if found is None:
        known = "give a `cus_…`, or the `sub` of somebody who has signed in"
        fail(f"`{name}` is no customer: {known}.", Exit.USAGE)
    return _Somebody(found.stripe_customer, zone(found.zoneinfo, settings.timezone))
