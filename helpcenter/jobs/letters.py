"""The words of mails: plain text templates, their first line the subject."""

from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from helpcenter.i18n.catalogues import Catalogue
from helpcenter.jobs.mail import Letter

FOLDER = Path(__file__).with_name("templates")


class Letters:
    """Renders mails; whatever a template asks for and is not given is an error."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=False,  # noqa: S701 - plain text, never HTML
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        installer = cast("Any", self._environment)  # the extension adds this at run time
        installer.install_gettext_callables(_gettext, _ngettext, newstyle=True)

    def write(self, template: str, to: str, speech: Catalogue, **shows: object) -> Letter:
        """Return a letter to an address in the catalogue's language."""
        page = self._environment.get_template(template)
        subject, _, text = page.render(speech=speech, **shows).strip().partition("\n")
        return Letter(to, " ".join(subject.split()), text.strip() + "\n")


@pass_context
def _gettext(context: Context, message: str) -> str:
    return cast("Catalogue", context["speech"]).gettext(message)


@pass_context
def _ngettext(context: Context, one: str, many: str, count: int) -> str:
    return cast("Catalogue", context["speech"]).ngettext(one, many, count)
