"""A small shelf of whimsical articles for tests of search."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from helpcenter.articles.model import Article, Section, Status
from helpcenter.content.problems import Report
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Audience
from helpcenter.language.fold import Folder
from helpcenter.language.rules import parse_synonyms
from helpcenter.search.build import Indexer
from helpcenter.search.clauses import Parser
from helpcenter.search.engine import Engine
from helpcenter.search.index import Query, Results

EN, ZH = Locale("en"), Locale("zh_HK")
PUBLIC = frozenset({Audience.PUBLIC})
FOLDER = Folder({"咭": "卡", "着": "著"})

_SYNONYMS = {
    EN: "log in, sign in, login\n",
    ZH: "信用卡, 銀行卡\n過數 => 付款\nteapot, 茶壺\n",
}


def article(
    slug: str,
    locale: Locale,
    title: str,
    sections: Sequence[tuple[str, str, str]],
    keywords: Sequence[str] = (),
    *,
    category: str = "kitchen",
    audience: Audience = Audience.PUBLIC,
) -> Article:
    """Make an article; `sections` are (id, title, text), the lead has id ""."""
    return Article(
        slug=slug,
        locale=locale,
        category=category,
        title=title,
        summary="",
        keywords=tuple(keywords),
        order=0,
        status=Status.PUBLISHED,
        audience=audience,
        updated=date(2026, 1, 1),
        related=(),
        portal=None,
        html="",
        sections=tuple(Section(id_, name, 2, text, "") for id_, name, text in sections),
        source=f"articles/{locale.folder}/{category}/{slug}.md",
    )


SHELF = (
    article(
        "teapot",
        EN,
        "The teapot was declined",
        [
            ("", "", "A teapot pays for tea with a card. Sometimes the kettle says no."),
            (
                "no-water",
                "Not enough water",
                "The kettle answers insufficient_water & <steam>. Pour 1,234.50 litres.",
            ),
        ],
        ["kettle trouble"],
    ),
    article(
        "teapot",
        ZH,
        "茶壺被拒絕",
        [
            ("", "", "茶壺用信用咭買茶葉。水煲間中話唔得。更新付款方式之後再試。"),
            ("no-water", "水量不足", "水煲回覆 insufficient_water,即係水唔夠。ﷺ½杯水 <都唔夠>。"),
        ],
        ["扣賬卡"],
    ),
    article(
        "biscuits",
        EN,
        "Update your biscuits",
        [("", "", "Open the biscuit portal and sign in. An e-mail tells you when it is done.")],
        category="pantry",
    ),
    article(
        "biscuits",
        ZH,
        "更新餅乾",
        [("", "", "到Biscuit入口更新餅乾,然後著數自己來。")],
        category="pantry",
    ),
    article("marmalade", EN, "Marmalade and invoices", [("", "", "Marmalade is paid by invoice.")]),
    article("spoons", ZH, "湯匙的退款", [("", "", "湯匙可以退款。")]),
    article(
        "secret",
        EN,
        "The secret recipe",
        [("", "", "Agents stir the marmalade twice.")],
        audience=Audience.AGENTS,
    ),
    replace(article("draft", EN, "Draft marmalade", [("", "", "Not yet.")]), status=Status.DRAFT),
)


def indexer(root: Path | None = None) -> Indexer:
    """Return an indexer with a few synonyms."""
    synonyms = {
        locale: parse_synonyms(text, "synonyms.txt", Report()) for locale, text in _SYNONYMS.items()
    }
    return Indexer(FOLDER, Parser(FOLDER, synonyms), root)


def index(articles: Iterable[Article] = SHELF) -> Engine:
    """Index articles in memory."""
    return indexer()(articles, "hash")


def ask(engine: Engine, text: str, locale: Locale = EN, **others: object) -> Results:
    """Search as an anonymous reader."""
    arguments: dict[str, object] = {"audiences": PUBLIC, **others}
    return engine.search(Query(text, locale, **arguments))  # type: ignore[arg-type] # by name


def slugs(results: Results) -> list[str]:
    """Return the slugs of the hits in order."""
    return [hit.slug for hit in results.hits]
