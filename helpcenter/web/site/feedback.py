"""`POST /api/v1/articles/{slug}/feedback`: whether an article helped, by a form or as JSON."""

from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Path as PathParameter
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema
from starlette.responses import JSONResponse, RedirectResponse

from helpcenter.articles import feedback
from helpcenter.articles.feedback import LONGEST, Reason
from helpcenter.clock import Clock
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.negotiate import match
from helpcenter.web import urls
from helpcenter.web.attempts import Attempts, Bucket
from helpcenter.web.deps import site_of, tools_of, unknown_locale
from helpcenter.web.forms import read_form
from helpcenter.web.origins import require_ours
from helpcenter.web.site import contents

PACE = Bucket(20, 0.02, failure=0)
"""Votes an address has at once, and gets back a second: one a minute."""

THANKED, REFUSED = "feedback-thanks", "feedback-refused"
"""What the page shows to somebody without JavaScript, by the address's fragment."""

_JSON = "application/json"
_NOT_KEPT = {"cache-control": "no-store"}
_MOST_BYTES = 16 * 1024


class Feedback(BaseModel):
    """A vote. `reason` says why an article did not help; `vote` is changed by it if given."""

    model_config = ConfigDict(extra="forbid")

    locale: str = Field(max_length=35, description="The language of the page that was read.")
    helpful: bool
    reason: Annotated[Reason | None, WithJsonSchema({"enum": [*Reason, None]})] = None
    text: str = Field("", max_length=LONGEST, description="Kept without card numbers.")
    vote: str | None = Field(None, max_length=64, description="The id of an earlier vote.")


class Voted(BaseModel):
    """`vote` names this vote, for changing it; it says nothing about who voted."""

    vote: str


@dataclass(frozen=True)
class Ballots:
    """Where votes go, and how fast; one for the life of the app, at `app.state.ballots`."""

    database: Database
    clock: Clock
    pace: Attempts


def make_ballots(database: Database, clock: Clock) -> Ballots:
    """Return the ballots of an app."""
    return Ballots(database, clock, Attempts(clock, PACE))


async def vote(request: Request, slug: Annotated[str, PathParameter(max_length=200)]) -> Response:
    """Say whether an article helped; nothing is kept about who says so.

    Answers JSON with 201, or 200 where an earlier vote was changed; a form of ours with 303 back to
    the article.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == _JSON:
        given = _read(await _body(request))
        voted = await _keep(request, slug, given)
        return JSONResponse({"vote": voted}, 200 if voted == given.vote else 201, _NOT_KEPT)
    require_ours(request)
    fields = await read_form(request, _MOST_BYTES)
    given = _read({name: value for name, value in fields.items() if value})
    try:
        await _keep(request, slug, given)
    except HelpcenterError as error:
        if error.kind is not Kind.TOO_MANY:
            raise
        return _back(request, slug, given, REFUSED)
    return _back(request, slug, given, THANKED)


def openapi_body() -> dict[str, Any]:
    """Return what the document says of the body, which the route reads by itself."""
    schema = {"schema": Feedback.model_json_schema()}
    content = dict.fromkeys((_JSON, "application/x-www-form-urlencoded"), schema)
    return {"requestBody": {"required": True, "content": content}}


async def _body(request: Request) -> bytes:
    body = await request.body()
    if len(body) > _MOST_BYTES:
        raise HelpcenterError("too_large", Kind.TOO_LARGE)
    return body


def _read(given: bytes | dict[str, str]) -> Feedback:
    try:
        if isinstance(given, bytes):
            return Feedback.model_validate_json(given)
        return Feedback.model_validate(given)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from None


async def _keep(request: Request, slug: str, given: Feedback) -> str:
    """Store a vote on an article that the reader may see; return its id."""
    site, ballots = site_of(request), cast("Ballots", request.app.state.ballots)
    locale = match(given.locale, site.library.locales)
    if locale is None:
        raise unknown_locale(site, Kind.INVALID)
    caller = await tools_of(request).reader(request)
    slug = site.library.redirects.get(slug, slug)
    if contents.find(site.library, slug, locale, caller.reads) is None:
        raise HelpcenterError("article_not_found", Kind.NOT_FOUND)
    ballots.pace.begin(request.client.host if request.client else "")
    ballot = feedback.vote(
        slug, locale, helpful=given.helpful, reason=given.reason, text=given.text
    )
    now = ballots.clock.now()
    return await ballots.database.write(lambda conn: feedback.keep(conn, ballot, given.vote, now))


def _back(request: Request, slug: str, given: Feedback, fragment: str) -> Response:
    """Lead back to the article, whose page says what became of the vote."""
    site = site_of(request)
    locale = match(given.locale, site.library.locales) or site.library.locales[0]
    slug = site.library.redirects.get(slug, slug)
    return RedirectResponse(urls.article(locale, slug, fragment), 303, _NOT_KEPT)
