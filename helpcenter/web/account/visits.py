"""Who comes along: a person who opens a page, or a browser that only looks ahead."""

from typing import TYPE_CHECKING

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity.caller import Role
from helpcenter.web.account.caller import identity_of, session_cookie
from helpcenter.web.origins import is_prefetch

if TYPE_CHECKING:
    from starlette.requests import Request

    from helpcenter.identity.sessions import Session


def looks_ahead(request: "Request") -> bool:
    """Tell whether nobody has asked for the page itself yet, so that nothing may happen."""
    return request.method == "HEAD" or is_prefetch(request)


def require_document(request: "Request") -> None:
    """Raise `document_only` where the browser says that this is no page of its own."""
    if request.headers.get("sec-fetch-dest", "document") != "document":
        raise HelpcenterError("document_only", Kind.FORBIDDEN)


async def session_of(request: "Request") -> "Session | None":
    """Return the customer's session, if the cookie names one that counts here."""
    return await identity_of(request).session(Role.CUSTOMER, session_cookie(request, Role.CUSTOMER))
