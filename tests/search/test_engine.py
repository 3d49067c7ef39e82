from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.identity.caller import Audience
from helpcenter.search.engine import Engine
from helpcenter.search.index import HitSection, Results
from tests.search.shelf import EN, SHELF, ZH, article, ask, index, slugs

ENGINE = pytest.fixture(scope="module", name="engine")(index)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("declined", "teapot"),
        ("DECLINING", "teapot"),
        ("The teapot was declined", "teapot"),
        ("my teapot please", "teapot"),
        ("insufficient_water", "teapot"),
        ("insufficient water", "teapot"),
        ("1234.50", "teapot"),
        ("kettle", "teapot"),
        ("email", "biscuits"),
        ("e-mail", "biscuits"),
        ("log in", "biscuits"),
        ("login", "biscuits"),
        ("ｂｉｓｃｕｉｔｓ", "biscuits"),
        ('"biscuits" AND (portal OR', "biscuits"),
    ],
)
def test_an_english_query_finds_its_article_first(engine: Engine, text: str, slug: str) -> None:
    assert slugs(ask(engine, text))[0] == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("茶壺被拒絕", "teapot"),
        ("茶壶被拒绝", "teapot"),
        ("信用卡", "teapot"),
        ("信用咭", "teapot"),
        ("銀行卡", "teapot"),
        ("更新Biscuit餅乾", "biscuits"),
        ("更新咗餅乾呀", "biscuits"),
        ("着數", "biscuits"),
        ("過數", "teapot"),
        ("煲", "teapot"),
        ("匙", "spoons"),
        ("款", "spoons"),
        ("teapot", "teapot"),
        ("扣賬卡", "teapot"),
    ],
)
def test_a_chinese_reader_finds_the_chinese_article(engine: Engine, text: str, slug: str) -> None:
    hit = ask(engine, text, ZH).hits[0]
    assert (hit.slug, hit.locale, hit.fallback) == (slug, ZH, False)


@pytest.mark.parametrize("text", ["", "   ", "💳🙏🏻", "\x00\x1b", "?!…", "xylophone", "龘靐"])
def test_nothing_to_find_finds_nothing(engine: Engine, text: str) -> None:
    results = ask(engine, text)
    assert (results.hits, results.total, results.corrected) == ((), 0, None)


@given(text=st.text(max_size=60))
def test_any_text_is_a_query(text: str, engine: Engine) -> None:
    for locale in (EN, ZH):
        results = ask(engine, text, locale)
        assert results.total >= len(results.hits)


@pytest.mark.parametrize("piece", ["card ", "卡", "a-", '"', "\\", "é\u0301", "茶壺x"])
def test_a_huge_query_is_a_query(engine: Engine, piece: str) -> None:
    ask(engine, piece * 10_000, ZH)


def test_an_article_of_the_other_language_follows_marked(engine: Engine) -> None:
    hits = ask(engine, "invoice", ZH).hits
    assert [(hit.slug, hit.locale, hit.fallback) for hit in hits] == [("marmalade", EN, True)]
    hits = ask(engine, "退款").hits
    assert [(hit.slug, hit.locale, hit.fallback) for hit in hits] == [("spoons", ZH, True)]


def test_a_query_in_the_other_language_shows_the_article_in_the_readers(engine: Engine) -> None:
    hit = ask(engine, "kettle trouble", ZH).hits[0]
    assert (hit.slug, hit.locale, hit.title, hit.fallback) == ("teapot", ZH, "茶壺被拒絕", False)
    hit = ask(engine, "更新餅乾").hits[0]
    assert (hit.slug, hit.locale, hit.fallback) == ("biscuits", EN, False)


def test_one_hit_a_slug(engine: Engine) -> None:
    found = slugs(ask(engine, "teapot 茶壺 biscuit 餅乾 marmalade", ZH))
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("text", "corrected", "slug"),
    [
        ("marmelade", "marmalade", "marmalade"),
        ("My BISCIUTS", "My biscuits", "biscuits"),
        ("kettel & invioce", "kettle & invoice", "marmalade"),
    ],
)
def test_a_misspelt_word_is_repaired_and_said(
    engine: Engine, text: str, corrected: str, slug: str
) -> None:
    results = ask(engine, text)
    assert results.corrected == corrected
    assert slug in slugs(results)


@pytest.mark.parametrize("text", ["marmalade", "tea", "4242", "xyzzyxyzzy", "login"])
def test_what_is_known_short_or_hopeless_is_not_repaired(engine: Engine, text: str) -> None:
    assert ask(engine, text).corrected is None


def test_a_half_typed_last_word_is_completed(engine: Engine) -> None:
    results = ask(engine, "update your bisc")
    assert slugs(results)[0] == "biscuits"
    assert results.corrected is None


def test_readers_see_what_they_may(engine: Engine) -> None:
    assert "secret" not in slugs(ask(engine, "marmalade recipe"))
    everything = frozenset(Audience)
    assert slugs(ask(engine, "secret recipe", audiences=everything))[0] == "secret"
    assert slugs(ask(engine, "marmalade", audiences=frozenset())) == []


def test_drafts_are_not_indexed(engine: Engine) -> None:
    assert "draft" not in slugs(ask(engine, "draft marmalade"))


def test_a_category_narrows(engine: Engine) -> None:
    assert slugs(ask(engine, "teapot biscuit", category="pantry")) == ["biscuits"]
    assert ask(engine, "teapot", category="cellar").total == 0


def test_pages_of_hits_join_without_gap_or_repeat() -> None:
    many = [article(f"jam-{n:02}", EN, "Jam", [("", "", "jam " * (n % 3 + 1))]) for n in range(60)]
    engine = index(many)
    whole = slugs(ask(engine, "jam", limit=50))
    pages = [slugs(ask(engine, "jam", limit=7, offset=offset)) for offset in range(0, 49, 7)]
    assert [slug for page in pages for slug in page] == whole[:49]
    assert ask(engine, "jam").total == 60
    assert ask(engine, "jam", offset=60).hits == ()
    assert ask(engine, "jam", limit=-1, offset=-5).hits == ()


def test_ties_stand_by_slug() -> None:
    same = [article(slug, EN, "Jam", [("", "", "jam")]) for slug in ("c", "a", "b")]
    assert slugs(ask(index(same), "jam")) == ["a", "b", "c"]


def test_a_title_counts_for_more_than_a_body() -> None:
    engine = index(
        [
            article("body", EN, "Something", [("", "", "jam is what jam lovers call jam")]),
            article("title", EN, "Jam", [("", "", "sugar and fruit in a pot")]),
        ]
    )
    assert slugs(ask(engine, "jam")) == ["title", "body"]


def test_a_hit_points_at_its_best_section(engine: Engine) -> None:
    hit = ask(engine, "not enough water").hits[0]
    assert hit.section == HitSection("no-water", "Not enough water")
    assert ask(engine, "kettle says no").hits[0].section is None


def test_what_matched_is_marked_and_the_rest_escaped(engine: Engine) -> None:
    html = ask(engine, "insufficient_water steam").hits[0].snippet_html
    assert "<mark>insufficient_water</mark> &amp; &lt;<mark>steam</mark>&gt;" in html
    html = ask(engine, "信用卡", ZH).hits[0].snippet_html
    assert "<mark>信用咭</mark>" in html
    html = ask(engine, "唔夠", ZH).hits[0].snippet_html
    assert "水<mark>唔夠</mark>。ﷺ½杯水 &lt;都<mark>唔夠</mark>&gt;" in html


def test_no_articles_no_hits() -> None:
    assert ask(index([]), "anything").total == 0


def test_many_threads_get_the_answers_one_would() -> None:
    queries = [
        (text, locale) for text in ("teapot", "更新餅乾", "marmelade") for locale in (EN, ZH)
    ]
    engine = index(SHELF)
    expected = [ask(engine, *query) for query in queries]
    fresh = index(SHELF)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            assert list(pool.map(lambda query: ask(fresh, *query), queries)) == expected


def test_a_half_typed_word_beside_a_misspelt_one(engine: Engine) -> None:
    results = ask(engine, "kettel bisc")
    assert results.corrected == "kettle bisc"
    assert {"teapot", "biscuits"} <= set(slugs(results))


def test_a_clearly_better_answer_in_another_language_is_seen_below_the_first() -> None:
    weak = [
        article(f"weak-{n}", ZH, f"甲{n}", [("", "", f"乙 earl{' 丙' * 300}")]) for n in range(9)
    ]
    strong = [article("earl", EN, "Earl Grey", [("", "", "Earl Grey.")])]
    other = [article("milk", EN, "Milk", [("", "", f"earl{' milk' * 300}")])]
    hits = ask(index([*weak, *strong, *other]), "earl grey", ZH, limit=50).hits
    assert next(hit.slug for hit in hits if hit.fallback) == "earl"
    assert [hit.fallback for hit in hits[:5]] == [False, False, False, True, False]
    assert len({hit.slug for hit in hits}) == len(hits)


def test_who_means_what_they_typed_gets_no_other_spelling(engine: Engine) -> None:
    assert ask(engine, "marmelade").corrected == "marmalade"
    assert ask(engine, "marmelade", exact=True) == Results((), 0)
    assert slugs(ask(engine, "marmelade invoices", exact=True)) == ["marmalade"]


def test_a_language_without_articles_gets_those_of_the_others() -> None:
    engine = index([one for one in SHELF if one.locale == EN])
    hits = ask(engine, "teapot", ZH).hits
    assert [(hit.slug, hit.locale, hit.fallback) for hit in hits] == [("teapot", EN, True)]
