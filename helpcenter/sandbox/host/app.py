"""The demo product: sign in, dashboard, My subscriptions, and the ways to the help centre."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.error import URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request as Outgoing
from urllib.request import urlopen

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from helpcenter.sandbox.config import Wiring
from helpcenter.sandbox.host.sessions import LANGUAGE, Sessions, locale_of, own_form
from helpcenter.sandbox.host.tokens import FORM_LIFE, LINK_LIFE, Signer, claims
from helpcenter.sandbox.host.words import WORDS
from helpcenter.sandbox.making import Person
from helpcenter.sandbox.pages import LOCALES, fields, harden, origin, render
from helpcenter.sandbox.people import PEOPLE
from helpcenter.sandbox.portal.rows import is_paused, subscription_row
from helpcenter.sandbox.state import Obj, State

_LONGEST_STATE = 2048
_PATIENCE = 5.0

Handler = Callable[[Request], Awaitable[Response]]


class HostApp:
    """The demo product's pages over one state; `signer` signs its users' tokens."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.signer = Signer(state.config)
        self.sessions = Sessions()

    def routes(self) -> list[Route]:
        """Return the product's routes."""
        return [
            Route("/", self._page(self.dashboard), methods=["GET"]),
            Route("/login", self._page(self.login_form), methods=["GET"]),
            Route("/login", self._form(self.login), methods=["POST"]),
            Route("/logout", self._form(self.logout), methods=["POST"]),
            Route("/language", self._form(self.language), methods=["POST"]),
            Route("/subscriptions", self._page(self.subscriptions), methods=["GET"]),
            Route("/help-token", self.help_token, methods=["GET"]),
            Route("/.well-known/jwks.json", self.jwks, methods=["GET"]),
        ]

    def _page(self, handler: Handler) -> Handler:
        """Return a page's route handler: on our own host name only, with every header."""

        async def page(request: Request) -> Response:
            home = urlsplit(self.state.wiring.host_url)
            if request.url.hostname != home.hostname:
                # The help centre lives on 127.0.0.1; on the same name we would be the same site.
                query = f"?{request.url.query}" if request.url.query else ""
                return RedirectResponse(f"{self.state.wiring.host_url}{request.url.path}{query}")
            return self._harden(await handler(request))

        return page

    def _form(self, handler: Handler) -> Handler:
        """Return a form's route handler, which refuses the forms of other sites."""

        async def form(request: Request) -> Response:
            if not own_form(request, self.state.wiring):
                return Response("the form comes from another site", 403, media_type="text/plain")
            return self._harden(await handler(request))

        return form

    def _harden(self, response: Response) -> Response:
        wiring = self.state.wiring
        widget = origin(wiring.widget_src)
        script = f"'self' {widget}" if widget else "'self'"
        return harden(response, wiring.helpcenter_url, wiring.stripe_url, script=script)

    def render(
        self,
        template: str,
        request: Request,
        person: Person | None,
        status: int = 200,
        **context: Any,  # noqa: ANN401 — whatever the template names
    ) -> Response:
        """Return one of the product's pages with what every one of them needs."""
        wiring = self.state.wiring
        locale = locale_of(request, person)
        token = self.token(person, wiring, locale) if person and wiring.helpcenter_url else None
        return render(
            f"host/{template}",
            WORDS,
            locale,
            status,
            here=request.url.path,
            help_jwt=token,
            locales=LOCALES,
            person=person,
            wiring=wiring,
            **context,
        )

    def token(self, person: Person, wiring: Wiring, locale: str, life: int = FORM_LIFE) -> str:
        """Return a fresh token for a signed-in person."""
        said = claims(person, wiring, locale, self.state.wall(), life)
        return self.signer.sign(said | {"stripe_customer": self._customer(person)})

    def _customer(self, person: Person) -> str:
        """Return whom a person is billed as, who may have been moved since the start."""
        return self.state.names[person.key]

    async def dashboard(self, request: Request) -> Response:
        """Show the product's first page, to those who are signed in."""
        person = self.sessions.who(request)
        if person is None:
            return RedirectResponse("/login", 303)
        rows = self._subscriptions(person)
        return self.render("dashboard.html", request, person, subscriptions=rows)

    async def subscriptions(self, request: Request) -> Response:
        """Show "My subscriptions" with a Manage button each."""
        person = self.sessions.who(request)
        if person is None:
            return RedirectResponse("/login", 303)
        rows = self._subscriptions(person)
        return self.render("subscriptions.html", request, person, subscriptions=rows)

    def _subscriptions(self, person: Person) -> list[Obj]:
        rows = self.state.where("subscription", customer=self._customer(person))
        return [subscription_row(self.state, row) | {"health": _health(row)} for row in rows]

    async def login_form(self, request: Request) -> Response:
        """Ask who it is; or, for the help centre's own question, answer it if we know already."""
        person = self.sessions.who(request)
        return_to, state = (request.query_params.get(name) for name in ("return_to", "state"))
        if return_to is not None:
            if not self._may_return(return_to, state):
                return self.render("refused.html", request, person, 400)
            if person is not None:
                return self._send_back(person, locale_of(request, person), str(state))
        elif person is not None:
            return RedirectResponse("/", 303)
        note = {"done": "signed_out", "partial": "signout_partial"}.get(
            request.query_params.get("signout", "")
        )
        return self.render(
            "login.html",
            request,
            None,
            note=note,
            people=PEOPLE,
            return_to=return_to or "",
            state=state or "",
        )

    async def login(self, request: Request) -> Response:
        """Sign in as the chosen customer; go on to the help centre if it had asked."""
        typed = await fields(request)
        return_to, state = typed.get("return_to", ""), typed.get("state", "")
        if return_to and not self._may_return(return_to, state):
            return self.render("refused.html", request, None, 400)
        response: Response = RedirectResponse("/", 303)
        try:
            person = self.sessions.begin(typed.get("customer", ""), response)
        except KeyError:
            return RedirectResponse("/login", 303)
        if return_to:
            back = self._send_back(person, locale_of(request, person), state)
            response.headers["Location"] = back.headers["Location"]
        return response

    def _may_return(self, return_to: str, state: str | None) -> bool:
        """Only the help centre's own /sso, letter for letter, and a state worth the name."""
        center = self.state.wiring.helpcenter_url
        known = center is not None and return_to == f"{center}/sso"
        return known and bool(state) and len(state or "") <= _LONGEST_STATE

    def _send_back(self, person: Person, locale: str, state: str) -> RedirectResponse:
        wiring = self.state.wiring
        token = self.token(person, wiring, locale, LINK_LIFE)
        query = urlencode({"jwt": token, "state": state})
        return RedirectResponse(f"{wiring.helpcenter_url}/sso?{query}", 303)

    async def logout(self, request: Request) -> Response:
        """Sign out here, and at the help centre when we have its API token."""
        response = RedirectResponse("/login?signout=done", 303)
        person = self.sessions.end(request, response)
        if person is not None and not await run_in_threadpool(_sign_out, self.state.wiring, person):
            response.headers["Location"] = "/login?signout=partial"
        return response

    async def language(self, request: Request) -> Response:
        """Change the language of this browser and go back to the page."""
        typed = await fields(request)
        back = typed.get("back", "/")
        known = {"/", "/subscriptions"}
        response = RedirectResponse(back if back in known else _login_again(typed), 303)
        if typed.get("locale") in LOCALES:
            response.set_cookie(LANGUAGE, typed["locale"], samesite="lax", httponly=True)
        return response

    async def help_token(self, request: Request) -> Response:
        """Return a fresh token to our own pages' script; 401 when signed out."""
        person = self.sessions.who(request)
        wiring = self.state.wiring
        if person is None or wiring.helpcenter_url is None:
            return JSONResponse({}, 401)
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return JSONResponse({}, 403)
        token = self.token(person, wiring, locale_of(request, person))
        return JSONResponse({"jwt": token}, headers={"Cache-Control": "no-store"})

    async def jwks(self, _request: Request) -> Response:
        """Return the public keys of our tokens."""
        return JSONResponse(self.signer.jwks())


def _login_again(typed: dict[str, str]) -> str:
    """Return the sign-in page with the help centre's question kept."""
    kept = {name: typed[name] for name in ("return_to", "state") if typed.get(name)}
    return f"/login?{urlencode(kept)}" if kept else "/login"


def _health(row: Obj) -> str:
    if row["status"] in {"canceled", "incomplete_expired"}:
        return "canceled"
    if row["status"] in {"past_due", "unpaid", "incomplete"}:
        return "trouble"
    if is_paused(row):
        return "paused"
    return "ending" if row["cancel_at"] else "ok"


def _sign_out(wiring: Wiring, person: Person) -> bool:
    """Tell the help centre that a user signed out; return False if it could not be told."""
    if wiring.signout_token is None or wiring.helpcenter_url is None:
        return True
    url = f"{wiring.helpcenter_url}/api/v1/customers/{quote(person.sub, safe='')}/signout"
    headers = {
        "Authorization": f"Bearer {wiring.signout_token}",
        "Content-Type": "application/json",
    }
    order = Outgoing(url, json.dumps({}).encode(), headers)  # noqa: S310 — our own help centre
    try:
        with urlopen(order, timeout=_PATIENCE):  # noqa: S310 — the same
            return True
    except (URLError, TimeoutError, OSError):
        return False
