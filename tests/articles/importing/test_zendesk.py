"""Exports of Zendesk Guide, in the shapes people have them."""

import base64
from pathlib import Path

import pytest

from helpcenter.articles.model import Status
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.identity.caller import Audience
from tests.articles.importing.bringing import Brought, zendesk
from tests.articles.pages import PNG

ZH = Locale("zh_HK")
HOST = "https://kettles.zendesk.com"
BODY = (
    '<h1 id="h_01">Pour</h1><p>Open '
    '<a href="https://kettles.zendesk.com/hc/en-us/articles/2-Lid#h_9">the lid</a>, '
    '<a href="/hc/en-us/requests/new">ask us</a>.</p>'
    '<p><img src="/hc/article_attachments/77/pot.png" alt="Pot"></p>'
    '<div class="callout callout--warning"><p>Hot!</p></div>'
    "<table><tbody><tr><td><p>a</p></td><td>b</td></tr></tbody></table>"
    f'<img src="data:image/png;base64,{base64.b64encode(PNG).decode()}" alt="Inline">'
    '<p class="wysiwyg-text-align-center"><span style="color:red">x</span>&nbsp;{{ y }}</p>'
    '<iframe src="//www.youtube.com/embed/1"></iframe><script>x</script>'
)
EXPORT: dict[str, object] = {
    "categories.json": {
        "categories": [
            {
                "id": 5,
                "name": "Kettles",
                "description": "All.",
                "locale": "en-us",
                "position": 1,
                "html_url": f"{HOST}/hc/en-us/categories/5",
            }
        ]
    },
    "sections.json": {
        "sections": [
            {"id": 6, "category_id": 5, "name": "First steps", "locale": "en-us", "position": 2}
        ]
    },
    "articles-1.json": {
        "count": 2,
        "next_page": None,
        "articles": [
            {
                "id": 1,
                "title": "Fill it",
                "body": BODY,
                "locale": "en-us",
                "section_id": 6,
                "position": 4,
                "draft": False,
                "label_names": ["water"],
                "updated_at": "2024-05-06T07:08:09Z",
                "html_url": f"{HOST}/hc/en-us/articles/1-Fill-it",
            },
            {
                "id": 2,
                "title": "Lid",
                "body": '<h2 id="h_9">Close it</h2><p>Now.</p>',
                "locale": "en-us",
                "section_id": 6,
                "user_segment_id": None,
            },
            {
                "id": 3,
                "title": "Staff",
                "body": "",
                "locale": "en-us",
                "section_id": 6,
                "user_segment_id": 9,
                "draft": True,
            },
        ],
    },
    "articles/1/translations.json": {
        "translations": [
            {
                "id": 91,
                "source_id": 1,
                "source_type": "Article",
                "locale": "zh-tw",
                "title": "注水",
                "body": "<h1>倒水</h1><p>打開蓋子。</p>",
                "outdated": False,
                "draft": False,
            },
        ]
    },
    "sections/translations.json": {
        "translations": [
            {
                "source_id": 5,
                "source_type": "Category",
                "locale": "zh-tw",
                "title": "水煲",
                "body": "全部。",
            },
            {
                "source_id": 6,
                "source_type": "Section",
                "locale": "zh-tw",
                "title": "第一步",
                "body": "",
            },
        ]
    },
    "attachments.json": {
        "article_attachments": [
            {"id": 77, "article_id": 1, "file_name": "pot.png", "content_url": "x"}
        ]
    },
    "article_attachments/77/pot.png": PNG,
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Brought:
    return zendesk(tmp_path_factory.mktemp("zendesk"), EXPORT)


def test_articles_come_with_what_they_are(shop: Brought) -> None:
    fill = shop.library.articles[SOURCE, "fill-it"]
    assert (fill.category, fill.title, str(fill.updated)) == ("kettles", "Fill it", "2024-05-06")
    assert fill.keywords == ("water", "First steps")
    staff = shop.library.articles[SOURCE, "staff"]
    assert (staff.status, staff.audience) == (Status.DRAFT, Audience.SIGNED_IN)
    assert shop.library.categories[SOURCE, "kettles"].summary == "All."
    assert shop.library.categories[ZH, "kettles"].title == "水煲"
    assert shop.library.articles[ZH, "fill-it"].keywords == ("water", "第一步")


def test_bodies_are_markdown_now(shop: Brought) -> None:
    assert shop.body("en/kettles/fill-it.md") == (
        "## Pour {#h_01}\n\nOpen [the lid](lid.md#h_9), [ask us](page:contact).\n\n"
        "![Pot](pot.png)\n\n"
        "> [!WARNING]\n> Hot!\n\n| a | b |\n| --- | --- |\n\n"
        "![Inline](picture.png)\n\nx {\\{ y }}\n\n"
        '::: video\nsrc: "https://www.youtube.com/embed/1"\ntitle: "Video"\n:::'
    )
    assert [note.partition(": ")[2] for note in shop.notes] == [
        "left_out: `<script>` was left out: it has no place in an article"
    ]
    assert all(note.startswith("articles-1.json#1:1:") for note in shop.notes)


def test_an_empty_heading_costs_a_page_nothing(tmp_path: Path) -> None:
    body = "<p><b>Hot</b></p><h2></h2><p><a name=here></a><a href='#here'>jump</a></p><h2>Pour</h2>"
    article = {"id": 1, "title": "Tea", "body": body, "locale": "en-us"}
    days = {"edited_at": "2026-02-30", "updated_at": "2026-02-03T00:00:00Z"}
    given = {**article, **days, "translations": [article]}
    site = zendesk(tmp_path, {"all.json": {"articles": [given]}})
    assert site.body("en/general/tea.md") == "**Hot**\n\njump\n\n## Pour {#pour}"
    assert str(site.library.articles[SOURCE, "tea"].updated) == "2026-02-03"
    assert site.notes == []


def test_a_translation_that_is_up_to_date_says_so(shop: Brought) -> None:
    translated = shop.library.articles[ZH, "fill-it"]
    assert set(translated.translates) == {"", "h_01"}
    assert shop.library.stale_sections(translated) == ()
    assert not any("stale" in w or "untracked" in w for w in shop.warnings)


def test_old_addresses_lead_here(shop: Brought) -> None:
    assert shop.library.moved["/hc/en-us/articles/1"] == "fill-it"
    assert shop.library.moved["/hc/zh-tw/articles/1"] == "fill-it"


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    zendesk(tmp_path, EXPORT)
    again = zendesk(tmp_path, EXPORT)
    assert (again.outcome.written, again.outcome.kept) == (0, 0)


@pytest.mark.parametrize(
    "files",
    [
        {"all.json": {"articles": [{"id": 1, "title": "T", "body": "<p>b", "locale": "en-us"}]}},
        {"articles.json": [{"id": 1, "title": "T", "body": "<p>b", "locale": "en-us"}]},
        {"a/1.json": {"article": {"id": 1, "title": "T", "body": "<p>b"}}},
        {
            "dump.json": b'{"id": 1, "title": "T", "section_id": 2, "body": "<p>b"}\n'
            b'{"id": 4, "title": "U", "section_id": 2}'
        },
        {
            "x.json": {
                "data": {
                    "help_center": {
                        "articles": [
                            {
                                "id": 1,
                                "title": "T",
                                "translations": [{"locale": "en-us", "title": "T", "body": "<p>b"}],
                            }
                        ]
                    }
                }
            }
        },
    ],
)
def test_exports_of_other_shapes_are_read(tmp_path: Path, files: dict[str, object]) -> None:
    brought = zendesk(tmp_path, files)
    assert brought.body("en/general/t.md") == "b"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "bad.json:1: bad_json"),
        (b"\xff\xfe", "bad.json:1: not_utf8"),
        (b"[" * 100_000, "bad.json:1: bad_json"),
        (b'{"articles": [{"id": 8}]}', "bad.json:1: left_out"),
        (
            b'{"articles": [{"id": 8, "title": "L", "body": "' + b"x" * 1_200_000 + b'"}]}',
            "bad.json:1: too_large",
        ),
        (
            (
                b'{"articles": [1, null, [], {"id": {}, "title": []}, '
                b'{"id": 9, "title": "\\ud800", "body": 7, "locale": "xx-yy"}]}'
            ),
            "left_out",
        ),
    ],
)
def test_a_bad_file_is_told_and_the_others_come(tmp_path: Path, data: bytes, says: str) -> None:
    brought = zendesk(tmp_path, {**EXPORT, "bad.json": data})
    assert any(says in note for note in brought.notes), brought.notes
    assert (SOURCE, "fill-it") in brought.library.articles
