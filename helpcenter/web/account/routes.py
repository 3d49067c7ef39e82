"""Which address is which page of signing in and out."""

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

from helpcenter.web import openapi
from helpcenter.web.account import api, go, links_api, manage, page, signin, sso
from helpcenter.web.account.desk import make_desk
from helpcenter.web.account.till import Till
from helpcenter.web.site.routes import NamedRoute

if TYPE_CHECKING:
    from fastapi import FastAPI

    from helpcenter.identity.service import Identity


def install(app: "FastAPI", identity: "Identity", till: Till) -> None:
    """Let people sign in to the app and see to their payments.

    To be done before the public pages are added.
    """
    app.state.identity = identity
    app.state.desk = make_desk(identity)
    app.state.till = till
    app.include_router(api.router(openapi.refusals()))
    app.include_router(links_api.router(openapi.refusals()))
    app.router.routes.extend(routes())


def routes() -> list[BaseRoute]:
    """Return the pages of signing in and of a customer's own things."""
    table = (
        ("/sso", sso.answered, "GET"),
        ("/sso", sso.posted, "POST"),
        ("/{locale}/signin", signin.signin, "GET"),
        ("/{locale}/signout", signin.signout, "POST"),
        ("/go/{token}", go.clicked, "GET"),
        ("/go/{token}", go.went_on, "POST"),
        ("/{locale}/account", page.account, "GET"),
        ("/{locale}/account/manage/{flow}", manage.manage, "GET"),
    )
    return [
        NamedRoute(path, endpoint, methods=[method], include_in_schema=False)
        for path, endpoint, method in table
    ]
