from pathlib import Path

import pytest

from helpcenter.i18n.locale import SOURCE
from tests.articles.pages import SVG, TEA, ZH, faults, load, render
from tests.factories import ARTICLE


def test_a_heading_has_its_id_and_a_link_to_itself(tmp_path: Path) -> None:
    html = render(tmp_path, "## Pour *slowly* {#pour}\n").html
    assert html == (
        '<h2 id="pour">Pour <em>slowly</em>'
        '<a class="anchor" href="#pour" aria-label="Link to the section “Pour slowly”">#</a></h2>\n'
    )


def test_words_of_the_settings_are_filled_in_and_escaped(tmp_path: Path) -> None:
    article = render(
        tmp_path,
        "Drink **{{ product }}** `{{ grace_days }}`.\n\n## About {{ product }} {#about}\n\n"
        '![{{ product }}](pot.svg "{{ product }}")\n\n    {{ product }}\n',
        pot_svg=SVG,
    )
    assert "Drink <strong>Kettle &amp; Co</strong> <code>7</code>." in article.html
    assert 'alt="Kettle &amp; Co"' in article.html
    assert "<figcaption>Kettle &amp; Co</figcaption>" in article.html
    assert "<code>Kettle &amp; Co\n</code>" in article.html
    assert article.sections[1].title == "About Kettle & Co"


def test_a_words_own_markdown_stays_text(tmp_path: Path) -> None:
    path = "user menu → Manage subscription → Manage"
    assert f"<p>Open {path}.</p>" in render(tmp_path, "Open {{ manage_path }}.\n").html


@pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
def test_callouts(tmp_path: Path, kind: str) -> None:
    html = render(tmp_path, f"> [!{kind.upper()}]\n> Hot *cup*.\n>\n> Mind it.\n").html
    assert html == (
        f'<div class="callout callout-{kind}" role="note">\n'
        f'<p class="callout-title">{kind.capitalize()}</p>\n'
        "<p>Hot <em>cup</em>.</p>\n<p>Mind it.</p>\n</div>\n"
    )


def test_a_callout_may_begin_on_the_line_of_its_mark(tmp_path: Path) -> None:
    html = render(tmp_path, "> [!TIP] Use *cold* water.\n").html
    assert "<p>Use <em>cold</em> water.</p>" in html


def test_a_callout_of_two_paragraphs_and_a_quotation(tmp_path: Path) -> None:
    html = render(tmp_path, "> [!NOTE]\n>\n> Hot.\n\n> Just a quotation.\n").html
    assert html.count("callout-title") == 1
    assert "<p>Hot.</p>" in html
    assert "<p></p>" not in html
    assert "<blockquote>\n<p>Just a quotation.</p>\n</blockquote>" in html


def test_steps_with_a_figure_each_whether_or_not_a_line_is_left_empty(tmp_path: Path) -> None:
    body = '1. Fill.\n   ![A pot.](pot.svg "Full")\n2. Boil.\n\n   ![A pot.](pot.svg)\n'
    html = render(tmp_path, body, pot_svg=SVG).html
    assert html.startswith('<ol class="steps">\n<li>\n<p>Fill.</p>\n<figure class="figure">')
    assert html.count('<figure class="figure"><a class="zoom" href="/media/') == 2
    assert html.count('width="40" height="30" loading="lazy" decoding="async"') == 2
    assert html.count("<figcaption>") == 1
    assert "title=" not in html


def test_a_list_inside_a_list_is_no_row_of_steps(tmp_path: Path) -> None:
    html = render(tmp_path, "1. Fill\n   1. slowly\n\n- either\n  1. or\n").html
    assert html.count('<ol class="steps">') == 1
    assert html.count("<ol>") == 2


def test_a_picture_among_words_stays_among_them(tmp_path: Path) -> None:
    html = render(tmp_path, "Press ![the lid](lid.svg) down.\n", lid_svg=SVG).html
    assert html.startswith('<p>Press <img src="/media/')
    assert "<figure" not in html


def test_questions_open_without_scripts_and_can_be_linked(tmp_path: Path) -> None:
    body = (
        "::: faq\n### Is it *hot*? {#hot}\n\nYes. See [it](#hot).\n\n### Cold? {#cold}\nNo.\n:::\n"
    )
    html = render(tmp_path, body).html
    assert '<details class="faq-item" id="hot">\n<summary>Is it <em>hot</em>?</summary>' in html
    assert html.count('<div class="faq-answer">') == 2
    assert 'class="anchor"' not in html


def test_cards(tmp_path: Path) -> None:
    html = render(
        tmp_path, "::: cards\nChoose:\n\n### Green {#green}\nCool.\n\n### Black\nHot.\n:::\n"
    ).html
    assert '<p>Choose:</p>\n<section class="card">\n<h3 id="green">Green</h3>' in html
    assert '<h3 id="black">Black</h3>' in html
    assert html.count("</section>") == 2


def test_tables_scroll_by_themselves_and_carry_no_styles(tmp_path: Path) -> None:
    html = render(tmp_path, "| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n| c |\n|---|\n| 3 |\n").html
    assert '<div class="table-wrap" role="region" tabindex="0" aria-label="Table 1">' in html
    assert 'aria-label="Table 2"' in html
    assert '<th class="align-center" scope="col">a</th>' in html
    assert '<td class="align-right">2</td>' in html
    assert "style=" not in html


def test_a_video_elsewhere_is_a_link(tmp_path: Path) -> None:
    html = render(tmp_path, "::: video\nsrc: https://example.org/w\ntitle: A & B\n:::\n").html
    assert html == (
        '<p class="video-link"><a href="https://example.org/w" class="external" rel="noopener">'
        "A &amp; B</a></p>\n"
    )


def test_a_video_of_ours_is_played_here(tmp_path: Path) -> None:
    body = "::: video\nsrc: w.mp4\nposter: w.svg\ncaptions: w.vtt\ntitle: Whistle\n:::\n"
    film = b"\0\0\0\x18ftypisom" + b"\0" * 20
    article = render(tmp_path, body, w_mp4=film, w_svg=SVG, w_vtt="WEBVTT\n\n")
    assert '<video controls="" preload="none" poster="/media/' in article.html
    assert 'width="40" height="30" aria-label="Whistle"' in article.html
    assert 'type="video/mp4"' in article.html
    assert '<track kind="captions"' in article.html
    assert 'srclang="en" label="Captions"' in article.html


def test_a_film_without_captions_is_told_but_shown(tmp_path: Path) -> None:
    body = "::: video\nsrc: w.mp4\nposter: w.svg\ntitle: Whistle\n:::\n"
    film = b"\0\0\0\x18ftypisom"
    (fault,) = faults(tmp_path / "a", body, w_mp4=film, w_svg=SVG)
    assert fault.startswith("1 missing_captions")
    assert "<track" not in render(tmp_path / "b", body, w_mp4=film, w_svg=SVG).html
    lost = body.replace("title", "captions: lost.vtt\ntitle")
    assert faults(tmp_path / "c", lost, w_mp4=film, w_svg=SVG)[0].startswith("1 missing_picture")


def test_lines_of_chinese_join_without_a_gap(tmp_path: Path) -> None:
    html = render(tmp_path, "水煲\n不響，\n請看 *kettle*\n一下。\n").html
    assert html == "<p>水煲不響，請看 <em>kettle</em>\n一下。</p>\n"


def test_code_is_shown_as_it_is(tmp_path: Path) -> None:
    html = render(tmp_path, '```html onload="x"\n<script>alert(1)</script>\n```\n`<b>`\n').html
    assert '<pre><code class="language-html">&lt;script&gt;' in html
    assert "<code>&lt;b&gt;</code>" in html
    assert "onload" not in html


def test_sections_hold_plain_words_for_search(tmp_path: Path) -> None:
    body = (
        "Lead & more.\n\n> [!NOTE]\n> Mind *it*.\n\n## Pour {#pour}\n\n1. Slowly,\n   `now`.\n\n"
        "| a |\n|---|\n| b |\n\n::: faq\n### Hot? {#hot}\nYes.\n:::\n\n## End {#end}\n"
    )
    sections = render(tmp_path, body).sections
    assert [(s.id, s.level, s.title, s.text) for s in sections] == [
        ("", 1, "Tea", "Lead & more.\nMind it."),
        ("pour", 2, "Pour", "Slowly, now.\na\nb"),
        ("hot", 3, "Hot?", "Yes."),
        ("end", 2, "End", ""),
    ]


def test_the_renderers_own_words_are_in_the_articles_language(tmp_path: Path) -> None:
    po = 'msgid ""\nmsgstr "Language: zh_HK\\n"\n\nmsgid "Note"\nmsgstr "注意"\n'
    files: dict[str, str | bytes] = {
        TEA: ARTICLE + "> [!NOTE]\n> Hot.\n",
        TEA.replace("/en/", "/zh_HK/"): ARTICLE + "> [!NOTE]\n> 熱。\n",
        "i18n/zh_HK/LC_MESSAGES/messages.po": po,
    }
    articles = load(tmp_path, files).articles
    assert '<p class="callout-title">注意</p>' in articles[ZH, "tea"].html
    assert '<p class="callout-title">Note</p>' in articles[SOURCE, "tea"].html


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("one\ntwo <b>bold</b>\n", "2 raw_html: raw HTML (`<b`) is not used here"),
        ("<script>alert(1)</script>\n", "1 raw_html: raw HTML (`<script`)"),
        ("a\n\n<div\nonclick='x'>\n", "3 raw_html"),
        ("text <!-- hidden -->\n", "1 raw_html"),
        ("| a |\n|---|\n| <br> |\n", "3 raw_html"),
        ("a <img src=x onerror=alert(1)>\n", "1 raw_html"),
        ("bold**「字」**字\n", "1 stray_emphasis"),
        ("# Title\n", "1 heading_order: `#` is the title"),
        ("## A\n\n#### B\n", "3 heading_order: a heading of level 4 after level 2: use `###`"),
        ("## A {#x}\n\n## B {#x}\n", "3 duplicate_id: the id `x` is taken by line 6"),
        ("## Same\n\n## Same\n", "3 duplicate_id"),
        ("## A {#not ok}\n", "1 bad_id"),
        ("## {#x}\n", "1 empty_heading"),
        ("##\n", "1 empty_heading"),
        ("> [!NOET]\n> x\n", "1 unknown_callout: `[!NOET]` is no callout; did you mean `NOTE`?"),
        ("::: fqa\n### A\nb\n:::\n", "1 unknown_block: `::: fqa` is not a block; did you mean"),
        ("a\n\n::: faq\n### A\nb\n", "3 unclosed_block: `::: faq` is never closed"),
        ("a\n\n:::\n", "3 unknown_block: this `:::` closes nothing"),
        ("::: faq\nNo question.\n:::\n", "1 empty_block"),
        ("::: video\nsrc: w.mp4\n", "1 unclosed_block"),
        ("::: video\nsrc: w.mp4\n:::\n", "2 missing_key: `title` is missing"),
        ("a\n\n::: video\nsrc: w.mp4\ntitel: x\n:::\n", "5 unknown_key"),
        ("::: video\nsrc: w.mp4\ntitle: x\n:::\n", "1 missing_poster"),
        ("::: video\nsrc: a.mp4\nposter: b.svg\ntitle: x\n:::\n", "1 missing_picture"),
        ("::: video\nsrc: p.svg\nposter: p.svg\ntitle: x\n:::\n", "1 missing_picture"),
        ("{{ produkt }}\n", "1 unknown_variable"),
    ],
)
def test_faults_stand_on_their_line(tmp_path: Path, body: str, fault: str) -> None:
    found = faults(tmp_path, body)
    assert any(one.startswith(fault) for one in found), found


def test_blocks_do_not_hold_blocks(tmp_path: Path) -> None:
    body = "## Q\n::: faq\n### A\n::: cards\n### B\nx\n:::\n:::\n"
    assert [f.partition(":")[0] for f in faults(tmp_path, body)] == ["2 nested_block"]


@pytest.mark.parametrize(
    "body",
    [
        "a < b and c > d, 1<2, x <3\n",
        "&lt;b&gt; and \\<b>\n",
        "`<b>` and <https://example.org/a>\n",
        "```\n<b> ** {#x}\n:::\n```\n",
        "`a ** b`\n",
        "Use {single} braces and colons::: here\n",
    ],
)
def test_what_only_looks_like_a_fault_is_none(tmp_path: Path, body: str) -> None:
    assert faults(tmp_path, body) == []


def test_blocks_work_in_lists_and_with_tabs_and_more_colons(tmp_path: Path) -> None:
    body = "- one\n\n  ::: faq\n  ### Q {#q}\n  A\n  :::\n\n:::: cards\n### C\nd\n::::\n"
    html = render(tmp_path, body).html
    assert '<li>\n<p>one</p>\n<div class="faq">' in html
    assert '<div class="cards">' in html
