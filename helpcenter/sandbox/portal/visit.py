"""A customer on a portal page: which session, whose, in which language, and where it leads."""

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpcenter.sandbox.pages import accepted, harden, origin, page_locale, render
from helpcenter.sandbox.portal.words import WORDS
from helpcenter.sandbox.state import Obj, PortalVisit, State


@dataclass(frozen=True, slots=True)
class Visit:
    """One request within a portal session that is still alive."""

    state: State
    pass_: PortalVisit
    session: Obj
    base: str
    locale: str

    @property
    def owner(self) -> Obj:
        """The customer whose portal this is."""
        return self.state.get("customer", self.session["customer"])

    @property
    def flow(self) -> str | None:
        """The flow this session was made for, None at home or once it is done."""
        flow = self.session["flow"]
        return flow["type"] if flow and not self.pass_.flow_done else None

    @property
    def features(self) -> dict[str, bool]:
        """Which features the configuration has on."""
        config = self.state.get("billing_portal.configuration", self.session["configuration"])
        return {name: feature["enabled"] for name, feature in config["features"].items()}

    def mine(self, kind: str, id_: str) -> Obj | None:
        """Return an object if it is this customer's."""
        row = self.state.find(kind, id_)
        return row if row is not None and row["customer"] == self.session["customer"] else None

    def page(self, template: str, status: int = 200, **context: Any) -> Response:  # noqa: ANN401 — whatever the template names
        """Return a portal page with what every one of them needs."""
        usual: dict[str, Any] = {
            "base": self.base,
            "flow": self.flow,
            "note": None,
            "problem": None,
            "return_url": self.session["return_url"],
            "wrong": None,
        }
        return render(f"portal/{template}", WORDS, self.locale, status, **usual | context)

    def home(self) -> Response:
        """Send the browser back to the portal's first page."""
        return RedirectResponse(self.base, 303)

    def not_offered(self) -> Response:
        """Say that a feature is off."""
        return self.page("message.html", 403, title="problem", more="not_offered", text=None)

    def finish(self) -> Response:
        """End the flow as the session asked: a redirect, a confirmation, or the portal's home."""
        flow = self.session["flow"]
        if not self.flow:
            return self.home()
        self.pass_.flow_done = True
        after = flow["after_completion"]
        if after["type"] == "redirect":
            return RedirectResponse(after["redirect"]["return_url"], 303)
        if after["type"] == "hosted_confirmation":
            text = (after["hosted_confirmation"] or {}).get("custom_message")
            return self.page("message.html", title="done_title", more="done_more", text=text)
        return self.home()

    def leads_to(self) -> list[str | None]:
        """Return the origins where the forms of this session's pages may end."""
        after = (self.session["flow"] or {}).get("after_completion") or {}
        redirect = (after.get("redirect") or {}).get("return_url")
        return [
            origin(redirect),
            origin(self.session["return_url"]),
            self.state.wiring.helpcenter_url,
        ]


PageHandler = Callable[[Visit, Request], Awaitable[Response]]


def visited(state: State, handler: PageHandler) -> Callable[[Request], Awaitable[Response]]:
    """Return a route handler that finds the live session first, or says that it has expired.

    HEAD does not count as a use, so that link scanners leave a session as it was.
    """

    @functools.wraps(handler)
    async def page(request: Request) -> Response:
        secret = request.path_params["secret"]
        pass_ = state.visits.get(secret)
        if pass_ is None or not pass_.alive(state.wall()):
            return harden(gone(request))
        session = state.get("billing_portal.session", pass_.session)
        owner = state.get("customer", session["customer"])
        if owner.get("deleted"):
            return harden(gone(request))
        if request.method == "HEAD":
            return harden(Response())
        pass_.last_used = state.wall()
        wish = session["locale"] if session["locale"] != "auto" else None
        locale = page_locale(wish, *owner["preferred_locales"], accepted(request))
        visit = Visit(state, pass_, session, f"/p/session/{secret}", locale)
        return harden(await handler(visit, request), *visit.leads_to())

    return page


def gone(request: Request) -> Response:
    """Return the page of an expired or unknown link."""
    return render(
        "portal/message.html",
        WORDS,
        page_locale(accepted(request)),
        410,
        title="gone_title",
        more="gone_more",
        text=None,
        problem=None,
        return_url=None,
    )
