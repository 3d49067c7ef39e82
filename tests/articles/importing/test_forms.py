"""How much of a page is carried over: all of it, all but its links, or its words alone."""

from helpcenter.articles.importing import tree
from helpcenter.articles.importing.pages import Haul, Page, digest
from helpcenter.articles.importing.plan import Form, make_plan, path_of
from helpcenter.content.problems import Report
from helpcenter.i18n.locale import SOURCE

BODY = (
    "<h2 id=pour>Pour</h2><p>Hot, <b>not</b> <a href=#pour>cold</a>, <a href=https://tea.example/>tea</a>.</p>"
    "<ul><li>one<ul><li>two</li></ul></li></ul><table><tr><td><p>three</p></td></tr></table>loose"
)


def brought(form: Form) -> str:
    body = tree.parse(BODY)
    page = Page("tea", SOURCE, "tea.html", "Tea", "drinks", "Tea", "Hot.", body, digest(BODY))
    haul = Haul([page], {}, lambda *_: None, lambda *_: "there is no such file")
    plan = make_plan(haul, set(), {}, Report())
    text = plan.files({path_of(page): form})[path_of(page)].decode()
    return text.split("---\n", 2)[2].strip()


def test_a_page_is_carried_over_whole() -> None:
    assert brought(Form.WHOLE) == (
        "## Pour {#pour}\n\nHot, **not** [cold](#pour), [tea](https://tea.example/).\n\n"
        "- one\n  - two\n\nthree\n\nloose"
    )


def test_links_of_ours_go_first_and_take_nothing_with_them() -> None:
    assert brought(Form.LINKLESS) == brought(Form.WHOLE).replace("[cold](#pour)", "cold")


def test_bare_words_are_all_there_and_each_once() -> None:
    words = brought(Form.BARE).split("\n\n")
    assert sorted(words) == ["Hot, not cold, tea.", "Pour", "loose", "one", "three", "two"]
