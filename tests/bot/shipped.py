"""The shipped playbook, compiled once for the tests of this room and for the benchmark."""

from functools import cache

from helpcenter.articles.library import Library
from helpcenter.bot.compiling import compile_topics
from helpcenter.bot.facts import FactView, Sight, absent
from helpcenter.bot.playbook import Playbook
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, starter
from helpcenter.i18n.locale import Locale
from helpcenter.language.fold import Folder
from helpcenter.language.rules import parse_variants
from helpcenter.settings import Settings

EN = Locale("en")
ZH = Locale("zh_HK")

SIGNED_OUT = absent(Sight.SIGNED_OUT)

NO_ARTICLES = Library(locales=(EN, ZH), articles={}, categories={}, media={}, suggested={})


def folder() -> Folder:
    """Return the folder of the shipped folding file."""
    text = (starter() / "i18n" / "folding.txt").read_text("utf-8")
    return Folder(parse_variants(text, "folding.txt", Report()))


def compiled(*roots: Root, report: Report, library: Library = NO_ARTICLES) -> Playbook:
    """Compile the bot's content of `roots`, the winning one first."""
    settings = Settings()
    words = {locale: settings.words(locale.folder) for locale in (EN, ZH)}
    fold = folder()
    return compile_topics(roots, fold, words, report).playbook(library, fold, words)


@cache
def playbook() -> Playbook:
    """Return the shipped playbook, without articles; raises `ContentError` for faults."""
    report = Report()
    found = compiled(Root(starter()), report=report)
    report.raise_errors()
    return found


def known(**facts: str) -> FactView:
    """Return a view in which conditions have these facts to hold on to, and words have none."""
    return FactView({"facts": "known", **facts})
