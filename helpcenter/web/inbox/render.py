"""How agents' pages are made: their own frame, in the language of the agent's browser."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

from helpcenter.i18n import dates
from helpcenter.i18n.names import own_name
from helpcenter.web.account.speaker import Speaker
from helpcenter.web.deps import preferred_locale, site_of, tools_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from helpcenter.i18n.locale import Locale
    from helpcenter.web.inbox.asking import Signed

_HEADERS = {"cache-control": "private, no-store", "referrer-policy": "same-origin"}


@dataclass(frozen=True, slots=True)
class Tongue:
    """An entry of the language switcher."""

    tag: str
    name: str


def speaker_of(request: "Request", locale: "Locale | None" = None) -> Speaker:
    """Return who speaks to the agent, in the site's time zone."""
    tools, known = tools_of(request), locale or preferred_locale(request)
    return Speaker(
        known,
        tools.templates.speech(site_of(request), known).gettext,
        dates.zone(tools.settings.timezone),
        tools.clock.now(),
    )


def rendered(
    request: "Request",
    template: str,
    title: str,
    who: "Signed | None",
    *,
    status: int = 200,
    **shows: object,
) -> "Response":
    """Render a page for one agent; `who` None before they have signed in."""
    site, tools, locale = site_of(request), tools_of(request), preferred_locale(request)
    others = [one for one in site.library.locales if one != locale]
    body = tools.templates.render(
        template,
        locale,
        site,
        title=title,
        who=who,
        here=request.url.path,
        tongues=[Tongue(one.tag, own_name(one)) for one in others],
        **shows,
    )
    return HTMLResponse(body, status, {**_HEADERS, "content-language": locale.tag})
