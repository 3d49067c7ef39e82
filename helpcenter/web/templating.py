"""Templates: one Jinja environment, speaking the catalogue of each page's locale."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from helpcenter.i18n.catalogues import Catalogue
from helpcenter.i18n.dates import day
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.names import own_name
from helpcenter.web import urls

if TYPE_CHECKING:
    from helpcenter.settings import Settings
    from helpcenter.site.model import Site
    from helpcenter.web.assets import Assets

FOLDER = Path(__file__).with_name("templates")


class Templates:
    """Renders pages; whatever a template asks for and is not given is an error."""

    def __init__(self, settings: "Settings", assets: "Assets") -> None:
        self._settings = settings
        self.environment = make_environment()
        self.environment.globals.update(
            urls=urls, asset=assets.urls.__getitem__, settings=settings, own_name=own_name
        )

    def render(
        self, template: str, locale: Locale, site: "Site | None", **context: object
    ) -> bytes:
        """Render one template for a reader of `locale`."""
        text = self.environment.get_template(template).render(
            context,
            locale=locale,
            site=site,
            name=self.name(site, locale),
            words=self._settings.words(locale.folder),
            speech=self.speech(site, locale),
        )
        return text.encode()

    def name(self, site: "Site | None", locale: Locale) -> str:
        """Return what the help centre is called."""
        product = self._settings.words(locale.folder)["product"]
        return self.speech(site, locale).gettext("%(product)s Help") % {"product": product}

    def speech(self, site: "Site | None", locale: Locale) -> Catalogue:
        """Return the catalogue to speak from; English where there is no site yet."""
        if site is None:
            return Catalogue(locale, self._settings.words(locale.folder))
        return site.catalogues.for_locale(locale)


def make_environment() -> Environment:
    """Return an environment that escapes, refuses unknown names and translates by context."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    installer = cast("Any", environment)  # the extension adds this method at run time
    installer.install_gettext_callables(_gettext, _ngettext, newstyle=True)
    environment.filters["day"] = _day
    environment.policies["ext.i18n.trimmed"] = True
    return environment


@pass_context
def _gettext(context: Context, message: str) -> str:
    return cast("Catalogue", context["speech"]).gettext(message)


@pass_context
def _ngettext(context: Context, one: str, many: str, count: int) -> str:
    return cast("Catalogue", context["speech"]).ngettext(one, many, count)


@pass_context
def _day(context: Context, value: date) -> str:
    return day(value, context["locale"])
