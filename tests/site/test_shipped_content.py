"""The starter content that travels in the wheel, held to the rules it teaches."""

import pytest

from helpcenter.content.problems import Report
from helpcenter.content.roots import find_roots
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.check import check
from helpcenter.site.model import Site

ZH = Locale("zh_HK")
ARTICLES = (
    "update-payment-method",
    "card-declined",
    "update-not-saving",
    "cannot-open-billing-portal",
)


@pytest.fixture(scope="module")
def report() -> Report:
    return check(Settings(), find_roots(None))


@pytest.fixture(scope="module")
def site() -> Site:
    return build(Settings(), find_roots(None))


def test_it_passes_check_without_a_word(report: Report) -> None:
    assert [str(problem) for problem in (*report.errors, *report.warnings)] == []


@pytest.mark.parametrize("slug", ARTICLES)
def test_an_article_is_there_in_both_locales_and_up_to_date(site: Site, slug: str) -> None:
    for locale in (SOURCE, ZH):
        found = site.library.find(slug, locale)
        assert found is not None
        assert (found.staleness.is_fallback, found.staleness.stale_sections) == (False, ())


@pytest.mark.parametrize("locale", [SOURCE, ZH], ids=str)
def test_the_renderers_own_words_are_translated(site: Site, locale: Locale) -> None:
    say = site.catalogues.for_locale(locale).gettext
    words = ("Note", "Tip", "Important", "Warning", "Caution", "Captions", "Table %(number)s")
    changed = [word for word in (*words, "Link to the section “%(title)s”") if say(word) != word]
    assert len(changed) == (0 if locale == SOURCE else 8)
