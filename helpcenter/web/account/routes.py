"""Which address is which page of signing in and out."""

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

from helpcenter.web import openapi
from helpcenter.web.account import api, signin, sso
from helpcenter.web.account.desk import make_desk
from helpcenter.web.site.routes import NamedRoute

if TYPE_CHECKING:
    from fastapi import FastAPI

    from helpcenter.identity.service import Identity


def install(app: "FastAPI", identity: "Identity") -> None:
    """Let people sign in to the app; to be done before the public pages are added."""
    app.state.identity = identity
    app.state.desk = make_desk(identity)
    app.include_router(api.router(openapi.refusals()))
    app.router.routes.extend(routes())


def routes() -> list[BaseRoute]:
    """Return the sign-in pages."""
    table = (
        ("/sso", sso.answered, "GET"),
        ("/sso", sso.posted, "POST"),
        ("/{locale}/signin", signin.signin, "GET"),
        ("/{locale}/signout", signin.signout, "POST"),
    )
    return [
        NamedRoute(path, endpoint, methods=[method], include_in_schema=False)
        for path, endpoint, method in table
    ]
