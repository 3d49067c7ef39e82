from datetime import date
from pathlib import Path

import pytest

from helpcenter.articles.model import Status, SuggestedQuery
from helpcenter.content.flows import Flow
from helpcenter.content.problems import Report
from helpcenter.i18n.locale import SOURCE
from helpcenter.identity.caller import Audience
from tests.articles.pages import TEA, ZH, load
from tests.factories import ARTICLE, CATEGORY, kettle_site

POT = "articles/en/drinks/pot.md"
INDEX = "articles/en/drinks/_index.md"
SUGGEST = "articles/en/_suggest.yaml"
REDIRECTS = "articles/redirects.yaml"


def faults(path: Path, files: dict[str, str | bytes]) -> list[str]:
    report = Report()
    load(path, files, report)
    return [str(problem) for problem in (*report.errors, *report.warnings)]


def matter(**given: str) -> str:
    fields = {"title": "Tea", "summary": "Hot.", "updated": "2026-11-01", **given}
    return "---\n" + "".join(f"{k}: {v}\n" for k, v in fields.items() if v) + "---\n"


def test_an_article_carries_its_front_matter() -> None:
    article = kettle_site().library.articles[SOURCE, "kettle-will-not-whistle"]
    assert article.title == "My kettle will not whistle"
    assert (
        article.summary
        == "Close the lid and wait for steam; Kettle & Co kettles whistle at 100 °C."
    )
    assert article.keywords == ("silent kettle", "no whistle")
    assert (article.category, article.order, article.updated) == ("brewing", 1, date(2026, 11, 2))
    assert (article.status, article.audience) == (Status.PUBLISHED, Audience.PUBLIC)
    assert article.related == ("descale-your-kettle",)
    assert article.portal is Flow.PAYMENT_METHOD_UPDATE
    assert article.source == "articles/en/brewing/kettle-will-not-whistle.md"


def test_a_library_has_the_source_locale_first_and_every_article_of_each() -> None:
    library = kettle_site().library
    assert library.locales == (SOURCE, ZH)
    assert sorted(slug for locale, slug in library.articles if locale == ZH) == [
        "kettle-will-not-whistle",
        "swap-your-card",
    ]
    assert set(library.articles[ZH, "swap-your-card"].keywords) == {"換卡", "新卡"}


def test_shelves_name_what_a_reader_finds_there_fallbacks_too() -> None:
    library = kettle_site().library
    brewing, paying = library.shelves(ZH)
    assert (brewing.title, paying.summary) == ("沖茶", "信用卡、硬幣及點數。")
    assert brewing.articles == ("kettle-will-not-whistle", "descale-your-kettle")
    assert paying.articles == ("swap-your-card", "members-tea", "secret-blend")
    assert library.shelves(SOURCE)[1].summary == "Cards, coins and credits."


def test_a_missing_translation_shows_the_source() -> None:
    library = kettle_site().library
    found = library.find("descale-your-kettle", ZH)
    assert found is not None
    assert (found.article.locale, found.staleness.is_fallback) == (SOURCE, True)


def test_a_stale_translation_names_the_section() -> None:
    library = kettle_site().library
    found = library.find("kettle-will-not-whistle", ZH)
    assert found is not None
    assert found.staleness.stale_sections == ("when-it-leaks",)
    assert not found.staleness.is_fallback
    assert library.stale_sections(library.articles[ZH, "swap-your-card"]) == ()
    assert library.stale_sections(library.articles[SOURCE, "swap-your-card"]) == ()


def test_drafts_and_unknown_slugs_are_not_found() -> None:
    library = kettle_site().library
    assert library.find("half-brewed", SOURCE) is None
    assert library.find("nothing", SOURCE) is None
    assert "half-brewed" not in library.shelves(SOURCE)[0].articles


def test_redirects_lead_straight_to_the_end_and_suggestions_are_filled_in() -> None:
    library = kettle_site().library
    assert library.redirects == {
        "silent-kettle": "kettle-will-not-whistle",
        "quiet-kettle": "kettle-will-not-whistle",
        "old-blend": "secret-blend",
        "old-members": "members-tea",
    }
    assert library.suggested[SOURCE][1] == SuggestedQuery(
        "Pay Kettle & Co with another card", "swap-your-card", None
    )


def test_a_hash_changes_with_the_words_and_not_with_the_marks(tmp_path: Path) -> None:
    def hashes(at: str, body: str, **given: str) -> dict[str, str]:
        article = load(tmp_path / at, {TEA: matter(**given) + body}).articles[SOURCE, "tea"]
        return {section.id: section.hash for section in article.sections}

    first = hashes(
        "a", "Lead\nof it.\n\n## Pour {#pour}\n\nSlowly.\n\n::: faq\n### Hot? {#hot}\nYes\n:::\n"
    )
    assert first == hashes("b", "Lead of it.\n## Pour {#pour}\nSlowly.\n### Hot? {#hot}\n\nYes\n")
    other = hashes("c", "Lead\nof it.\n\n## Pour {#pour}\n\nFast.\n\n### Hot? {#hot}\nYes\n")
    assert {id_ for id_ in first if first[id_] != other[id_]} == {"pour"}
    titled = hashes(
        "d", "Lead\nof it.\n\n## Pour {#pour}\n\nSlowly.\n\n### Hot? {#hot}\nYes\n", title="T"
    )
    assert {id_ for id_ in first if first[id_] != titled[id_]} == {""}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1: no_front_matter"),
        ("Only words.\n", "1: no_front_matter"),
        (matter(titel="x"), "5: unknown_key: `titel` is not known; did you mean `title`?"),
        (matter(title=""), "2: missing_key: `title` is missing"),
        (matter(title='""'), "2: bad_value: `title`: is empty"),
        (matter(updated="yesterday"), "4: bad_value: `updated`: should be a date as YYYY-MM-DD"),
        (matter(status="finished"), "5: bad_value: `status` is 'finished' but should be 'draft'"),
        (matter(audience="everyone"), "5: bad_value: `audience`"),
        (matter(portal="cancel"), "5: bad_value: `portal`"),
        (matter(order="first"), "5: bad_value: `order`: should be a whole number"),
        (matter(keywords="tea"), "5: bad_value: `keywords`: should be a list"),
        (matter(related="[nothing]"), "5: broken_related: there is no article `nothing`"),
        (matter(related="[Not A Slug]"), "5: bad_value: `related.0`"),
        (matter(summary="'{{ produkt }}'"), "3: unknown_variable"),
        (matter(summary="{{ product }}"), "3: yaml: a key must be plain text; quote text that beg"),
        ("---\n\ttitle: x\n---\n", "2: yaml: indented with a tab"),
        ("---\ntitle: x\ntitle: y\n---\n", "3: yaml: `title` stands here twice"),
        ("---\na: &a [x]\nb: *a\n---\n", "2: yaml: anchors and aliases"),
        ("---\ntitle: !!python/name:os.system x\n---\n", "2: yaml: tags"),
        (b"---\ntitle: \xff\n---\n", "2: not_utf8"),
        (ARTICLE.encode() + b"x" * 5_000_000, "0: too_large: 5,000,0"),
        (ARTICLE + "bell \x07\n", "6: control_character"),
    ],
)
def test_an_article_that_cannot_be_read_is_told_by_line(
    tmp_path: Path, text: str | bytes, fault: str
) -> None:
    found = faults(tmp_path, {TEA: text})
    assert any(one.startswith(f"{TEA}:{fault}") for one in found), found


def test_marks_and_line_ends_of_other_systems_do_no_harm(tmp_path: Path) -> None:
    text = "\ufeff" + (ARTICLE + "Lead.\n\n## Pour {#pour}\n\n{{ produkt }}\n").replace(
        "\n", "\r\n"
    )
    assert [f.partition(": `")[0] for f in faults(tmp_path, {TEA: text})] == [
        f"{TEA}:10: unknown_variable"
    ]


def test_a_faulty_article_is_not_blamed_on_those_who_point_at_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        TEA: "no front matter",
        POT: matter(related="[tea]") + "[tea](tea.md#x)\n",
        "articles/redirects.yaml": "old: tea\n",
        "articles/en/_suggest.yaml": "- { text: x, article: tea, section: y }\n",
        "articles/zh_HK/drinks/_index.md": CATEGORY,
        "articles/zh_HK/drinks/tea.md": ARTICLE,
    }
    errors = [f for f in faults(tmp_path, files) if "missing_translation" not in f]
    assert [f.partition(": the")[0] for f in errors] == [f"{TEA}:1: no_front_matter"]


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        (
            {
                POT: ARTICLE,
                "articles/en/more/_index.md": CATEGORY,
                "articles/en/more/pot.md": ARTICLE,
            },
            "articles/en/more/pot.md:0: duplicate_slug: the slug `pot` is taken by articles/en",
        ),
        ({"articles/en/other/pot.md": ARTICLE}, "articles/en/other/_index.md:0: missing_index"),
        ({"articles/en/drinks/My Tea.md": ARTICLE}, "articles/en/drinks/My Tea.md:0: bad_name"),
        ({"articles/en/Drinks/tea.md": ARTICLE}, "articles/en/Drinks/tea.md:0: bad_name"),
        ({"articles/en/../en/drinks/tea.txt": "x"}, "articles/en/drinks/tea.txt:0: unknown_file"),
        ({"articles/english/drinks/tea.md": ARTICLE}, "articles/english:0: unknown_locale"),
        (
            {"articles/en/drinks/deep/tea.md": ARTICLE},
            "articles/en/drinks/deep/tea.md:0: unknown_f",
        ),
        (
            {TEA: ARTICLE, REDIRECTS: "a: b\nb: a\n"},
            f"{REDIRECTS}:1: redir",
        ),
        ({REDIRECTS: "a: a\n"}, f"{REDIRECTS}:1: redirect_cycle: a → a"),
        (
            {REDIRECTS: "a: b\n"},
            f"{REDIRECTS}:1: broken_redirect: there",
        ),
        (
            {TEA: ARTICLE, REDIRECTS: "tea: tea\n"},
            f"{REDIRECTS}:1: broken_",
        ),
        ({REDIRECTS: "- a\n"}, f"{REDIRECTS}:1: bad_value"),
        ({REDIRECTS: "A B: c\n"}, f"{REDIRECTS}:1: bad_value"),
        (
            {SUGGEST: "- text: x\n  article: nope\n"},
            f"{SUGGEST}:1: b",
        ),
        (
            {TEA: ARTICLE, SUGGEST: "- {text: x, article: tea, section: y}\n"},
            f"{SUGGEST}:1: broken_anchor",
        ),
        ({SUGGEST: "text: x\n"}, f"{SUGGEST}:1: bad_value"),
        (
            {INDEX: CATEGORY + "Words.\n"},
            f"{INDEX}:5: unus",
        ),
        ({INDEX: ARTICLE}, f"{INDEX}:4: unknown_key"),
        ({TEA: matter(related="[tea]")}, f"{TEA}:5: broken_related: an article is not related"),
    ],
)
def test_what_does_not_fit_together_is_told(
    tmp_path: Path, files: dict[str, str | bytes], fault: str
) -> None:
    found = faults(tmp_path, files)
    assert any(one.startswith(fault) for one in found), found


def test_notes_for_writers_and_an_empty_suggestion_file_are_fine(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        TEA: ARTICLE,
        "articles/README.md": "Hello.",
        SUGGEST: "# later\n",
        REDIRECTS: "{}\n",
    }
    assert faults(tmp_path, files) == []
