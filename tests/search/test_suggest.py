"""What is offered while somebody types."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.articles.library import Library
from helpcenter.articles.model import Article, SuggestedQuery
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Audience
from helpcenter.search.suggest import LIMIT, LONGEST, Sort, Suggester, Suggestion
from tests.search.shelf import EN, FOLDER, PUBLIC, SHELF, ZH, article

CURATED = {
    EN: (
        SuggestedQuery("Where is my tea?", "teapot", "no-water"),
        SuggestedQuery("Something that is gone", "no-such-article", None),
    ),
    ZH: (SuggestedQuery("點解冇茶飲", "teapot", None),),
}
ONLY_CHINESE = article("only-han", ZH, "Wok 的保養", [("", "", ""), ("oil", "開鑊", "")])


def library() -> Library:
    shelf = {(a.locale, a.slug): a for a in (*SHELF, ONLY_CHINESE)}
    return Library((EN, ZH), shelf, {}, {}, CURATED)


SUGGESTER = Suggester(library(), FOLDER)


def suggest(text: str, locale: Locale = EN, **others: object) -> list[str]:
    return [one.text for one in offered(text, locale, **others)]


def offered(text: str, locale: Locale = EN, **others: object) -> tuple[Suggestion, ...]:
    audiences = others.pop("audiences", PUBLIC)
    return SUGGESTER.suggest(text, locale, audiences, **others)  # type: ignore[arg-type] # by name


@pytest.mark.parametrize(
    "typed", ["t", "te", "TEAP", "declin", "was dec", "the teapot was d", "ｔｅａ"]
)
def test_any_words_beginning_finds_a_title(typed: str) -> None:
    assert "The teapot was declined" in suggest(typed)


@pytest.mark.parametrize("typed", ["茶", "茶壺", "茶壶", "壺被拒", "被拒絕", "絕"])
def test_any_part_of_a_han_title_finds_it(typed: str) -> None:
    assert "茶壺被拒絕" in suggest(typed, ZH)


def test_a_suggestion_says_where_it_leads() -> None:
    assert offered("not enough w") == (
        Suggestion("Not enough water", Sort.SECTION, "teapot", "no-water", SHELF[0].title, EN),
    )
    (first, *_) = offered("bisc")
    assert first == Suggestion(SHELF[2].title, Sort.ARTICLE, "biscuits", "", SHELF[2].title, EN)


def test_curated_queries_lead_to_articles_that_exist() -> None:
    (first, *_) = offered("where is")
    assert (first.text, first.sort, first.section) == ("Where is my tea?", Sort.QUERY, "no-water")
    assert suggest("something that is") == []
    assert suggest("點解", ZH) == ["點解冇茶飲"]


@pytest.mark.parametrize("typed", ["teapto", "bisciuts", "marmelad", "declned"])
def test_typos_are_forgiven(typed: str) -> None:
    assert suggest(typed)


@pytest.mark.parametrize("typed", ["xeapot", "tex", "zzzz", "", " ", "🫖", "%", "\x00", "?"])
def test_what_is_nothing_like_it_finds_nothing(typed: str) -> None:
    assert suggest(typed) == []


def test_a_keyword_finds_the_title_after_what_shows_it() -> None:
    assert suggest("kettle") == ["The teapot was declined"]
    assert suggest("扣賬", ZH) == ["茶壺被拒絕"]


def test_one_script_finds_titles_in_the_other() -> None:
    assert suggest("teapot", ZH)[0] == "茶壺被拒絕"
    assert suggest("not enough water", ZH) == ["水量不足"]
    assert suggest("水量不", EN) == ["Not enough water"]
    # A curated query is in its language's words: it stands for where it leads.
    assert suggest("點解冇茶", EN) == ["The teapot was declined"]


def test_what_exists_in_another_language_only_is_shown_in_that() -> None:
    assert [(one.text, one.locale) for one in offered("開鑊", EN)] == [("開鑊", ZH)]
    assert [(one.text, one.locale) for one in offered("wok", EN)] == [("Wok 的保養", ZH)]


def test_nobody_is_offered_what_they_may_not_read() -> None:
    assert suggest("secret") == []
    assert suggest("secret", audiences=frozenset(Audience)) == ["The secret recipe"]
    assert suggest("secret", ZH) == []
    assert "Draft marmalade" not in suggest("marmalade", audiences=frozenset(Audience))


def test_a_translation_for_fewer_readers_is_not_leaked_by_its_original() -> None:
    shelf = library().articles
    hidden = replace(shelf[ZH, "teapot"], audience=Audience.AGENTS)
    suggester = Suggester(replace(library(), articles={**shelf, (ZH, "teapot"): hidden}), FOLDER)
    assert suggester.suggest("teapot", ZH, PUBLIC) == ()


def test_titles_that_begin_so_come_first() -> None:
    assert suggest("marmalade")[0] == "Marmalade and invoices"
    assert suggest("the t")[0] == "The teapot was declined"


def test_there_are_never_more_than_asked_for_nor_twice_the_same() -> None:
    many = [
        article(f"tea-{n}", EN, f"Tea {n % 5}", [(f"s{m}", f"Tea {n} {m}", "") for m in range(9)])
        for n in range(40)
    ]
    suggester = Suggester(Library((EN,), {(EN, a.slug): a for a in many}, {}, {}, {}), FOLDER)
    found = suggester.suggest("tea", EN, PUBLIC)
    assert len(found) == LIMIT
    assert len({one.text for one in found}) == LIMIT
    assert len(suggester.suggest("tea 7", EN, PUBLIC, 2)) == 2
    assert [one.slug for one in suggester.suggest("tea 7", EN, PUBLIC)].count("tea-7") <= 3


def test_a_library_of_nothing_suggests_nothing() -> None:
    assert Suggester(Library((EN,), {}, {}, {}, {}), FOLDER).suggest("tea", EN, PUBLIC) == ()
    assert Suggester(library(), FOLDER).suggest("tea", EN, frozenset()) == ()


@given(st.text(max_size=3 * LONGEST))
def test_any_text_is_answered(text: str) -> None:
    for locale in (EN, ZH):
        assert len(offered(text, locale)) <= LIMIT


@pytest.mark.parametrize(
    "shown", [a for a in SHELF if a.slug not in {"secret", "draft"}], ids=lambda a: a.title
)
def test_every_title_is_offered_for_itself(shown: Article) -> None:
    for end in (3, len(shown.title)):
        found = offered(shown.title[:end], shown.locale)
        assert shown.slug in {one.slug for one in found}
