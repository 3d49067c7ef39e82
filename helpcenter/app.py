"""`create_app`: the help centre as one ASGI app. The only place that knows everything."""

import asyncio
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog
from fastapi import FastAPI
from starlette.datastructures import State

from helpcenter.articles.reads import Reads
from helpcenter.billing.changes import JOB as CUSTOMER_CHANGED
from helpcenter.billing.changes import ChangeTeller
from helpcenter.billing.connect import Billing, connect
from helpcenter.billing.intake import make_intake
from helpcenter.billing.letters import PaymentLetters
from helpcenter.billing.links import Revoker
from helpcenter.bot import followup, waits
from helpcenter.bot.followup import Followup
from helpcenter.bot.runner import RETRY, Runner
from helpcenter.bot.sources import CustomerLinks, StripeFacts
from helpcenter.bot.taking import TURN
from helpcenter.bot.waits import Waits
from helpcenter.clock import Clock, SystemClock
from helpcenter.conversations import silence
from helpcenter.conversations.notify import LocalNotices
from helpcenter.i18n.locale import SOURCE
from helpcenter.identity.counter import Counter
from helpcenter.identity.passwords import Passwords
from helpcenter.identity.service import make_identity
from helpcenter.jobs import mail
from helpcenter.jobs.handlers import Handlers
from helpcenter.jobs.letters import Letters
from helpcenter.jobs.mail import SmtpMailer
from helpcenter.jobs.wakeups import LocalWakeups
from helpcenter.jobs.worker import Worker
from helpcenter.search import log as search_log
from helpcenter.site.indexing import SiteIndexer
from helpcenter.site.reload import SiteHolder
from helpcenter.tickets import handing
from helpcenter.tickets.desk import Desk
from helpcenter.tickets.letters import TicketLetters
from helpcenter.tickets.people import People
from helpcenter.tickets.teams import ONE_TEAM
from helpcenter.web import errors, openapi, widget
from helpcenter.web.account import routes as account
from helpcenter.web.account.caller import reader
from helpcenter.web.account.till import links_possible, make_till
from helpcenter.web.assets import Assets
from helpcenter.web.chat import routes as chat
from helpcenter.web.deps import Tools
from helpcenter.web.guard import MAX_BODY, Guard
from helpcenter.web.headers import Stamp, security_headers
from helpcenter.web.hooks import routes as hooks
from helpcenter.web.inbox import routes as inbox
from helpcenter.web.inbox.office import make_office
from helpcenter.web.ops import routes as ops
from helpcenter.web.ops.observe import Metrics, Observed
from helpcenter.web.origins import Cors
from helpcenter.web.prepared import Front, Shelf
from helpcenter.web.preview import Preview
from helpcenter.web.site import api
from helpcenter.web.site import routes as pages
from helpcenter.web.site.feedback import make_ballots
from helpcenter.web.site.suggesting import make_searches
from helpcenter.web.templating import Templates

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from helpcenter.db.database import Database
    from helpcenter.identity.service import Identity
    from helpcenter.settings import Settings
    from helpcenter.site.model import Site
    from helpcenter.web.account.till import Till

    Layers = Callable[[ASGIApp], ASGIApp]


class HelpCenter(FastAPI):
    """FastAPI inside our own pure-ASGI layers; `state.site` is the site readers get."""

    layers: "Layers"

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Lead a request straight to our layers: FastAPI's own way there costs as much as ours."""
        if scope["type"] == "http" and self.middleware_stack is not None:
            scope["app"] = self
            await self.middleware_stack(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def build_middleware_stack(self) -> "ASGIApp":
        """Return the framework's stack inside ours."""
        return self.layers(super().build_middleware_stack())

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = openapi.with_problem_schema(super().openapi())
        return self.openapi_schema


def create_app(
    settings: "Settings",
    *,
    database: "Database",
    site: "Site | None" = None,
    clock: Clock | None = None,
    reload: bool = False,
    log_requests: bool = True,
) -> HelpCenter:
    """Return the app; its `state.holder` builds the site and the search index.

    `site` None means that none could be built yet. `database` is open and stays the caller's.
    Nothing runs before the ASGI lifespan starts; then the index is built, jobs are done and, with
    `reload`, content files are watched.
    """
    clock, wakeups = clock or SystemClock(), LocalWakeups()
    billing = connect(settings, clock)
    app = _framework(_lifespan(database, clock, billing, wakeups, reload=reload))

    def publish(fresh: "Site") -> None:
        app.state.site = fresh

    # A plain dictionary below it: the shelf looks the site up at every request.
    state: dict[str, Any] = {"site": site}
    app.state = State(state)
    app.state.holder = SiteHolder(
        settings, publish, SiteIndexer(settings, settings.data / "search"), site
    )
    metrics = Metrics()
    waiting = Waits(database, clock, timedelta(minutes=settings.followup_minutes))
    identity = make_identity(settings, database, clock, Revoker(clock), waiting)
    links = links_possible(settings, identity)
    tools = app.state.tools = _tools(settings, database, clock, state, links=links)
    errors.install(app)
    app.include_router(ops.router(database, metrics))
    app.state.ballots = make_ballots(database, clock)
    app.state.searches = make_searches(settings, database, clock)
    app.include_router(api.router(openapi.refusals()))
    till = make_till(settings, identity, billing, waiting, metrics.registry)
    account.install(app, identity, till)
    _install_chat(app, identity, wakeups)
    hooks.install(app, make_intake(settings, database, clock, wakeups), metrics.registry)
    app.router.routes.extend([*widget.routes(tools.templates, tools.headers), *pages.routes()])
    holder = app.state.holder if reload else None
    app.layers = _layers(tools, metrics, holder, log_requests=log_requests)
    return app


def _layers(
    tools: Tools, metrics: Metrics, previewed: SiteHolder | None, *, log_requests: bool
) -> "Layers":
    """Return what stands around the framework; pages of `previewed` renew themselves."""
    # Bound once: the lazy logger would put itself together anew for every line.
    log = structlog.get_logger("helpcenter.web").bind()

    def layers(inner: "ASGIApp") -> "ASGIApp":
        stamped = Stamp(Cors(Guard(inner), tools.settings.host_origins), tools.headers)
        front = Front(stamped, tools.shelf)
        pages = Preview(front, previewed) if previewed else front
        return Observed(pages, metrics, log if log_requests else None, log)

    return layers


def _tools(
    settings: "Settings", database: "Database", clock: Clock, state: dict[str, Any], *, links: bool
) -> Tools:
    """Return what pages are made with; `state["site"]` is the present site."""
    headers, shelf = security_headers(settings), Shelf(state)
    assets = Assets(headers)
    reads = Reads(database, clock, ZoneInfo(settings.timezone), pages.forgetter(shelf))
    return Tools(
        settings,
        clock,
        headers,
        assets,
        Templates(settings, assets),
        shelf,
        reads,
        reader,
        links,
    )


def _framework(lifespan: "Callable[[Any], AbstractAsyncContextManager[None]]") -> HelpCenter:
    return HelpCenter(
        title="helpcenter",
        version=version("helpcenter"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=MAX_BODY,
        # It would read the environment.
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
        lifespan=lifespan,
    )


def _install_chat(app: HelpCenter, identity: "Identity", wakeups: LocalWakeups) -> None:
    """Let people talk to the bot of the present site."""
    tools: Tools = app.state.tools
    till: Till = app.state.till
    database, clock, billing = identity.database, identity.clock, till.billing
    grace = timedelta(days=tools.settings.grace_days)
    notices = LocalNotices()
    runner = Runner(
        database,
        clock,
        wakeups,
        notices,
        lambda: app.state.site and app.state.site.playbook,
        StripeFacts(database, billing, clock, tools.settings.timezone, grace),
        CustomerLinks(database, till.keeper, billing, possible=tools.links_enabled),
        People(lambda: app.state.site.teams if app.state.site else ONE_TEAM),
    )
    chat.install(app, runner, notices)
    _install_inbox(app, identity, notices, wakeups)


def _install_inbox(
    app: HelpCenter, identity: "Identity", notices: LocalNotices, wakeups: LocalWakeups
) -> None:
    """Let agents answer those who talk."""
    database, clock = identity.database, identity.clock

    def tell(row_id: int) -> None:
        notices.tell(row_id)
        wakeups.notify()

    counter = Counter(database, clock, identity.keys, Passwords())
    desk = Desk(database, clock, lambda: app.state.site, tell)
    inbox.install(app, make_office(counter, desk, clock))


def _register_mail(
    handlers: Handlers, app: HelpCenter, database: "Database", billing: Billing
) -> None:
    """Let mail be sent, once there is somebody to send it as."""
    settings: Settings = app.state.tools.settings
    mailer, words = None, Letters()
    if settings.smtp_url is not None and settings.mail_sender is not None:
        name = app.state.tools.templates.name(None, SOURCE)
        mailer = SmtpMailer(settings.smtp_url, settings.mail_sender, name)
    tickets = TicketLetters(database, settings, lambda: app.state.site, words)
    handlers.register(mail.JOB, mail.make_handler(mailer, tickets.compose), mail.RETRY)
    payments = PaymentLetters(database, settings, lambda: app.state.site, words, billing.facts)
    handlers.register(mail.PAYMENT_JOB, mail.make_handler(mailer, payments.compose), mail.RETRY)


def _handlers(app: HelpCenter, database: "Database", billing: Billing) -> Handlers:
    """Return who does which job."""
    handlers = Handlers()
    runner: Runner = app.state.chat.runner
    handlers.register(TURN, runner.turn, RETRY, runner.give_up)
    settings = app.state.tools.settings
    _register_mail(handlers, app, database, billing)
    handlers.register(handing.CLOSE_JOB, handing.closer(database))
    teller = Followup(
        database,
        runner.clock,
        runner.notices,
        runner.playbook,
        billing.facts,
        runner.facts,
        runner.links,
        settings.timezone,
    )
    changes = ChangeTeller(database, billing.facts, [teller])
    handlers.register(CUSTOMER_CHANGED, changes.handle)
    longest = timedelta(days=settings.silent_days)
    handlers.register(silence.JOB, silence.sweeper(database, longest))
    zone = ZoneInfo(settings.timezone)
    forgetter = search_log.forgetter(database, zone, settings.search_log_days)
    handlers.register(search_log.JOB, forgetter)
    handlers.register(waits.ASK, teller.ask, followup.ASK_RETRY)
    handlers.register(followup.RECONCILE, teller.reconcile)
    return handlers


def _lifespan(
    database: "Database", clock: Clock, billing: Billing, wakeups: LocalWakeups, *, reload: bool
) -> "Callable[[HelpCenter], AbstractAsyncContextManager[None]]":
    @asynccontextmanager
    async def lifespan(app: HelpCenter) -> "AsyncIterator[None]":
        holder: SiteHolder = app.state.holder
        settings: Settings = app.state.tools.settings
        worker = Worker(database, _handlers(app, database, billing), clock, wakeups)
        stop = asyncio.Event()
        await database.write(lambda conn: followup.arm(conn, clock.now(), settings.timezone))
        await database.write(lambda conn: silence.arm(conn, clock.now()))
        await database.write(lambda conn: search_log.arm(conn, clock.now()))
        holder.start_indexing()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run(), name="jobs")
            tasks.create_task(app.state.tools.reads.run(stop), name="reads")
            tasks.create_task(app.state.searches.log.run(stop), name="searches")
            if reload:
                tasks.create_task(holder.watch(stop), name="content watch")
            try:
                yield
            finally:
                stop.set()
                app.state.chat.notices.close()
                worker.stop()
                billing.close()
                app.state.office.counter.passwords.close()
                await holder.close()

    return lifespan
