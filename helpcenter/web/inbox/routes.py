"""How the inbox is put into the app."""

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

from helpcenter.web import openapi
from helpcenter.web.account import answers
from helpcenter.web.inbox import api, contact, letters, lists, signin, tickets
from helpcenter.web.inbox.asking import form, page
from helpcenter.web.inbox.office import Office
from helpcenter.web.site.routes import NamedRoute

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response


def install(app: "FastAPI", office: Office) -> None:
    """Let agents work; needs what `account.routes.install` puts there, before public pages."""
    app.state.office = office
    app.include_router(api.router(openapi.refusals()))
    app.router.routes.extend(routes())


def routes() -> list[BaseRoute]:
    """Return the pages of agents, and the form that writes to them."""
    table = (
        ("/agent", _home, "GET"),
        ("/agent/", _home, "GET"),
        ("/agent/login", signin.login, "GET"),
        ("/agent/login", signin.posted, "POST"),
        ("/agent/logout", form(signin.logout), "POST"),
        ("/agent/language", signin.language, "POST"),
        ("/agent/mail", page(letters.letters), "GET"),
        ("/agent/mail/again", form(letters.again), "POST"),
        ("/agent/tickets", page(lists.tickets), "GET"),
        ("/agent/tickets/{id}", page(tickets.ticket), "GET"),
        ("/agent/tickets/{id}/{verb}", form(tickets.done), "POST"),
        ("/{locale}/contact", contact.posted, "POST"),
        ("/{locale}/contact/sent", contact.sent, "GET"),
    )
    return [
        NamedRoute(path, endpoint, methods=[method], include_in_schema=False)
        for path, endpoint, method in table
    ]


async def _home(_request: "Request") -> "Response":
    return answers.redirect(signin.HOME)
