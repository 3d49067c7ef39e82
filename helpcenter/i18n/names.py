"""What languages are called, and the tags a page in them answers to."""

from helpcenter.i18n.locale import Locale


def own_name(locale: Locale) -> str:
    """Return the language's name in itself: `English`, `繁體中文`."""
    known = locale.babel.languages
    name: str = known.get(f"{locale.language}_{locale.babel.script}") or known[locale.language]
    return name[:1].upper() + name[1:]


def hreflangs(locale: Locale) -> tuple[str, ...]:
    """Return the tags search engines may look for: `("zh-HK", "zh-Hant")`."""
    script = locale.babel.script
    return (locale.tag, f"{locale.language}-{script}") if script else (locale.tag,)
