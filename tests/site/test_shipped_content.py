"""The starter content that travels in the wheel, held to the rules it teaches."""

from pathlib import Path

import pytest
import yaml

from helpcenter.content.problems import Report
from helpcenter.content.roots import find_roots
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.check import check
from helpcenter.site.model import Site

ZH = Locale("zh_HK")
ENOUGH_ARTICLES = 26
ENOUGH_CATEGORIES = 5
LARGEST_DRAWING = 30_000


TERMS = Path(__file__).parents[2] / "i18n" / "portal-terms.yaml"


@pytest.fixture(scope="module")
def report() -> Report:
    return check(Settings(), find_roots(None))


@pytest.fixture(scope="module")
def site() -> Site:
    return build(Settings(), find_roots(None))


def test_it_passes_check_without_a_word(report: Report) -> None:
    assert [str(problem) for problem in (*report.errors, *report.warnings)] == []


def test_the_library_is_whole_in_both_locales(site: Site) -> None:
    found = site.library.articles.values()
    slugs = [{article.slug for article in found if article.locale == each} for each in (SOURCE, ZH)]
    assert slugs[0] == slugs[1]
    assert len(slugs[0]) >= ENOUGH_ARTICLES
    assert len({article.category for article in found}) >= ENOUGH_CATEGORIES


def test_every_article_is_translated_and_up_to_date(site: Site) -> None:
    behind = [
        slug
        for locale, slug in site.library.articles
        if (found := site.library.find(slug, locale)) is None
        or found.staleness.is_fallback
        or found.staleness.stale_sections
    ]
    assert behind == []


def test_every_article_answers_first_leads_on_and_has_questions(site: Site) -> None:
    poor = [
        (locale.folder, slug)
        for (locale, slug), article in site.library.articles.items()
        if not (article.summary and article.keywords and article.related)
        or 'class="faq-item"' not in article.html
    ]
    assert poor == []


def test_related_articles_name_each_other(site: Site) -> None:
    named = {key: set(article.related) for key, article in site.library.articles.items()}
    one_way = [
        (slug, other)
        for (locale, slug), related in named.items()
        for other in related
        if slug not in named[locale, other]
    ]
    assert one_way == []


def test_drawings_are_light(site: Site) -> None:
    drawn = [media for media in site.library.media.values() if media.url.endswith(".svg")]
    assert drawn
    assert [m.url for m in drawn if Path(m.path).stat().st_size > LARGEST_DRAWING] == []


@pytest.mark.parametrize("locale", [SOURCE, ZH], ids=str)
def test_the_renderers_own_words_are_translated(site: Site, locale: Locale) -> None:
    say = site.catalogues.for_locale(locale).gettext
    words = ("Note", "Tip", "Important", "Warning", "Caution", "Captions", "Table %(number)s")
    changed = [word for word in (*words, "Link to the section “%(title)s”") if say(word) != word]
    assert len(changed) == (0 if locale == SOURCE else 8)


@pytest.mark.parametrize(
    "term", ["own_account", "own_status", "own_paused", "own_trial", "own_card"]
)
def test_drawings_of_our_pages_say_what_the_pages_say(site: Site, term: str) -> None:
    drawn = yaml.safe_load(TERMS.read_text("utf-8"))[term]
    say = site.catalogues.for_locale(ZH).gettext
    assert drawn["zh_HK"]["text"] == say(drawn["en"]["text"]) != drawn["en"]["text"]
