"""`Catalogues`: gettext messages of every locale, compiled in memory, settings' words filled in.

Message ids are English sentences, so the source locale needs no file. A site's own `.po` lies over
the starter's, entry by entry.
"""

import gettext
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from helpcenter.content import variables
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, Source, layers, read_text
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.settings import Settings

_PLACEHOLDER = re.compile(r"%\((\w+)\)[-#0 +]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]")

_LINE = re.compile(
    r'(?:#.*|(?:msgctxt|msgid(?:_plural)?|msgstr(?:\[\d+\])?)?[ \t]*"(?:[^"\\]|\\.)*"|)[ \t]*'
)


class Catalogue:
    """One locale's messages, with the methods of gettext's translations.

    What is not translated comes back in English; `{{ product }}` and its kin are filled in either
    way.
    """

    def __init__(
        self,
        locale: Locale,
        words: Mapping[str, str],
        translations: gettext.NullTranslations | None = None,
    ) -> None:
        self.locale = locale
        # Placeholders are filled in after this, so a percent sign must not look like one.
        self._words = {name: word.replace("%", "％") for name, word in words.items()}
        self._translations = translations or gettext.NullTranslations()

    def gettext(self, message: str) -> str:
        """Translate a message."""
        return self._fill(self._translations.gettext(message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Translate a message in the form that `n` things want."""
        return self._fill(self._translations.ngettext(singular, plural, n))

    def pgettext(self, context: str, message: str) -> str:
        """Translate a message that means different things in different contexts."""
        return self._fill(self._translations.pgettext(context, message))

    def npgettext(self, context: str, singular: str, plural: str, n: int) -> str:
        """Translate a message with a context in the form that `n` things want."""
        return self._fill(self._translations.npgettext(context, singular, plural, n))

    def _fill(self, text: str) -> str:
        return variables.fill(text, self._words)


@dataclass(frozen=True)
class Catalogues:
    """The catalogues of a site."""

    settings: Settings
    by_locale: Mapping[Locale, Catalogue]

    def for_locale(self, locale: Locale) -> Catalogue:
        """Return a locale's catalogue; one without a file speaks English."""
        found = self.by_locale.get(locale)
        return found or Catalogue(locale, self.settings.words(locale.folder))


def load_catalogues(roots: Sequence[Root], settings: Settings, report: Report) -> Catalogues:
    """Compile `i18n/<locale>/LC_MESSAGES/messages.po` of all roots; faults go to `report`."""
    catalogues = {SOURCE: Catalogue(SOURCE, settings.words(SOURCE.folder))}
    for locale in _locales(roots):
        if not locale.is_known:
            message = "no language goes by this name: rename the folder (such as `zh_HK`)"
            report.error(f"i18n/{locale.folder}", 0, "unknown_locale", message)
            continue
        catalog = Catalog(locale=locale.folder)
        for source in layers(roots, _file(locale)):
            with report.gather():
                _lay(_read(source, locale, report), catalog)
        words = settings.words(locale.folder)
        catalogues[locale] = Catalogue(locale, words, _compile(catalog))
    return Catalogues(settings, catalogues)


def _locales(roots: Iterable[Root]) -> list[Locale]:
    files = (path for root in roots for path in root.path.glob(_file(Locale("*"))))
    return sorted({Locale(path.parts[-3]) for path in files} - {SOURCE})


def _file(locale: Locale) -> str:
    return f"i18n/{locale.folder}/LC_MESSAGES/messages.po"


def _read(source: Source, locale: Locale, report: Report) -> Iterable[Message]:
    text = read_text(source)
    for number, line in enumerate(text.split("\n"), 1):
        # Babel reads on over a quotation mark that was forgotten, and loses entries.
        if not _LINE.fullmatch(line):
            message = 'this is no text between two `"`: close it, and write one inside as `\\"`'
            report.error(source.name, number, "bad_catalogue", message)
            return ()
    try:
        found = read_po(io.StringIO(text), locale=locale.folder, abort_invalid=True)
    except PoFileError as error:
        report.error(source.name, error.lineno + 1, "bad_catalogue", f"{error}: mend this entry")
        return ()
    except (ValueError, UnknownLocaleError) as error:
        report.error(source.name, 0, "bad_catalogue", f"{error}: mend the header")
        return ()
    return [m for m in found if m.id and _check(m, source.name, report)]


def _lay(messages: Iterable[Message], catalog: Catalog) -> None:
    for message in messages:
        catalog.delete(message.id, message.context)
        catalog.add(message.id, message.string, flags=message.flags, context=message.context)


def _compile(catalog: Catalog) -> gettext.GNUTranslations:
    binary = io.BytesIO()
    write_mo(binary, catalog)
    binary.seek(0)
    return gettext.GNUTranslations(binary)


def _check(message: Message, file: str, report: Report) -> bool:
    """Say whether a message is fit for use; what is missing is only noted."""
    line = message.lineno or 0
    ids, strings = _texts(message.id), _texts(message.string)
    if message.fuzzy or not all(strings):
        what = "is only a guess (fuzzy)" if message.fuzzy else "is not translated"
        report.warning(file, line, "untranslated", f"“{_short(ids[0])}” {what}: translate it")
        return False
    before = len(report.problems)
    for text in (*ids, *strings):
        variables.check(text, file, line, report)
    wanted = set().union(*map(_placeholders, ids))
    for text in strings:
        found = _placeholders(text)
        odd = found - wanted if message.pluralizable else found ^ wanted
        if odd:
            names = ", ".join(f"%({name})s" for name in sorted(odd))
            fault = f"“{_short(ids[0])}” and its translation differ in {names}: make them agree"
            report.error(file, line, "bad_placeholder", fault)
        elif wanted and not _formats(text, wanted):
            fault = f"“{_short(ids[0])}” has a lone % in its translation: write %%"
            report.error(file, line, "bad_placeholder", fault)
    return len(report.problems) == before


def _texts(value: object) -> tuple[str, ...]:
    """Return the forms of a message id or string, one for a message without a plural."""
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value or ""),)


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def _formats(text: str, names: Iterable[str]) -> bool:
    try:
        return bool(text % dict.fromkeys(names, 0))
    except (ValueError, TypeError, KeyError):
        return False


def _short(text: str) -> str:
    return shorten(text, 60, placeholder="…")
