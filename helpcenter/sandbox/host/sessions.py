"""Who is signed in to the demo product, in which language, and whether a form is its own."""

import secrets

from starlette.requests import Request
from starlette.responses import Response

from helpcenter.sandbox.config import Wiring
from helpcenter.sandbox.making import Person
from helpcenter.sandbox.pages import LOCALES, accepted, origin, page_locale
from helpcenter.sandbox.people import person_named

SESSION = "demo_session"
LANGUAGE = "demo_language"


class Sessions:
    """Signed-in browsers, kept in memory by the random id in their cookie."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}

    def who(self, request: Request) -> Person | None:
        """Return who this browser is signed in as."""
        return self._people.get(request.cookies.get(SESSION, ""))

    def begin(self, name: str, response: Response) -> Person:
        """Sign a browser in under a new id. Raises KeyError if there is no such person."""
        person = person_named(name)
        id_ = secrets.token_urlsafe(24)
        self._people[id_] = person
        response.set_cookie(SESSION, id_, httponly=True, samesite="lax")
        return person

    def end(self, request: Request, response: Response) -> Person | None:
        """Sign a browser out; return who it was."""
        response.delete_cookie(SESSION, httponly=True, samesite="lax")
        return self._people.pop(request.cookies.get(SESSION, ""), None)


def locale_of(request: Request, person: Person | None) -> str:
    """Return the language chosen in this browser, else its own, else the person's."""
    chosen = request.cookies.get(LANGUAGE)
    known = chosen if chosen in LOCALES else None
    return page_locale(known, accepted(request), person.locale if person else None)


def own_form(request: Request, wiring: Wiring) -> bool:
    """Tell whether a POST comes from one of our own pages."""
    sender = request.headers.get("origin")
    return sender is None or sender in {wiring.host_url, origin(str(request.base_url))}
