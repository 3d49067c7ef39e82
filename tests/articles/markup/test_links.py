import pytest

from helpcenter.articles.markup.links import Address, Linker, LinkError
from helpcenter.articles.model import Status
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.identity.caller import Audience

ZH = Locale("zh_HK")


def address(slug: str, category: str = "brewing", **given: object) -> Address:
    values = {"status": Status.PUBLISHED, "audience": Audience.PUBLIC, "ids": frozenset()}
    return Address(slug=slug, category=category, **{**values, **given})  # type: ignore[arg-type]  # a test's own defaults


HERE = address("tea", ids=frozenset({"pour", "水"}))
ADDRESSES = {
    (SOURCE, "tea"): HERE,
    (SOURCE, "pot"): address("pot", ids=frozenset({"lid"})),
    (SOURCE, "card"): address("card", "paying", ids=frozenset({"add"})),
    (SOURCE, "draft"): address("draft", status=Status.DRAFT),
    (SOURCE, "members"): address("members", audience=Audience.SIGNED_IN),
    (ZH, "pot"): address("pot", ids=frozenset({"蓋"})),
}
LINKER = Linker(SOURCE, ADDRESSES, {"kettle": "pot"}, frozenset({(SOURCE, "broken")}))


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("pot.md", "/en/articles/pot"),
        ("./pot.md#lid", "/en/articles/pot#lid"),
        ("../paying/card.md#add", "/en/articles/card#add"),
        ("../brewing/pot.md", "/en/articles/pot"),
        ("#pour", "#pour"),
        ("#%E6%B0%B4", "#%E6%B0%B4"),
        ("#", "#"),
        ("page:home", "/en/"),
        ("page:contact", "/en/contact"),
        ("page:search", "/en/search"),
        ("page:account", "/en/account"),
        ("page:privacy", "/en/privacy"),
        ("broken.md#anything", "/en/articles/broken"),
    ],
)
def test_links_of_ours_become_paths(href: str, path: str) -> None:
    assert LINKER.resolve(href, HERE).href == path
    assert LINKER.resolve(href, HERE).kind == "internal"


def test_links_to_the_portal_and_out_are_marked() -> None:
    portal = LINKER.resolve("portal:subscription_cancel", HERE)
    assert (portal.href, portal.kind) == ("/en/account/manage/subscription_cancel", "portal")
    for href in ("https://example.org/a?b=1#c", "HTTP://example.org", "mailto:tea@example.org"):
        out = LINKER.resolve(href, HERE)
        assert (out.href, out.kind) == (href, "external")


def test_a_translation_links_to_what_its_reader_would_see() -> None:
    linker = Linker(ZH, ADDRESSES, {})
    assert linker.resolve("pot.md#%E8%93%8B", HERE).href == "/zh-HK/articles/pot#%E8%93%8B"
    assert linker.resolve("../paying/card.md#add", HERE).href == "/zh-HK/articles/card#add"
    with pytest.raises(LinkError, match="no section `lid`"):
        linker.resolve("pot.md#lid", HERE)


@pytest.mark.parametrize(
    ("href", "code", "says"),
    [
        ("javascript:alert(1)", "refused_link", "no link we allow"),
        ("JavaScript:alert(1)", "refused_link", "no link we allow"),
        ("java%0Ascript:alert(1)", "refused_link", "no link we allow"),
        ("data:text/html,x", "refused_link", "no link we allow"),
        ("vbscript:x", "refused_link", "no link we allow"),
        ("file:///etc/passwd", "refused_link", "no link we allow"),
        ("//evil.example/x.md", "refused_link", "no link we allow"),
        ("/en/articles/pot", "refused_link", "no link we allow"),
        ("/etc/x.md", "refused_link", "no link we allow"),
        ("\\\\evil\\x.md", "refused_link", "no link we allow"),
        ("pot", "refused_link", "no link we allow"),
        ("pot.html", "refused_link", "no link we allow"),
        ("", "refused_link", "without an address"),
        ("/en/articles/pot", "refused_link", "write `../brewing/pot.md`"),
        ("tel:123", "refused_link", "no link we allow"),
        ("https://", "refused_link", "complete"),
        ("https:///path", "refused_link", "complete"),
        ("http://[bad", "refused_link", "complete"),
        ("mailto:", "refused_link", "complete"),
        ("page:contcat", "broken_link", "did you mean `contact`?"),
        ("portal:nothing", "broken_link", "known are"),
        ("pto.md", "broken_link", "did you mean `pot`?"),
        ("kettle.md", "broken_link", "it is `pot` now"),
        ("../../../pot.md", "broken_link", "lives in `brewing`"),
        ("../paying/pot.md", "broken_link", "lives in `brewing`, not `paying`"),
        ("draft.md", "broken_link", "is a draft"),
        ("members.md", "broken_link", "`signed_in` readers only"),
        ("#poor", "broken_anchor", "did you mean `pour`?"),
        ("pot.md#pour", "broken_anchor", "`pot` has no section `pour`"),
    ],
)
def test_whatever_leads_nowhere_is_refused(href: str, code: str, says: str) -> None:
    with pytest.raises(LinkError, match=says) as caught:
        LINKER.resolve(href, HERE)
    assert caught.value.code == code


def test_narrower_readers_may_be_sent_to_what_is_theirs() -> None:
    here = address("x", audience=Audience.AGENTS, status=Status.DRAFT)
    assert LINKER.resolve("members.md", here).href == "/en/articles/members"
    assert LINKER.resolve("draft.md", here).href == "/en/articles/draft"
