from pathlib import Path

import pytest

from helpcenter.content.problems import ContentError, Report, Severity
from helpcenter.content.roots import Root
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.settings import Settings
from helpcenter.site.build import assemble, build
from tests.factories import ARTICLE, CATEGORY, SETTINGS, folder, kettle_root, kettle_site

ZH = Locale("zh_HK")
STARTER = "<starter>/"
TOPIC = "bot/topics/card_declined.yaml"


def below() -> Root:
    """The kettle shop in the place of the starter content."""
    return Root(kettle_root().path, STARTER)


def test_a_site_holds_articles_topics_and_words() -> None:
    site = kettle_site()
    assert (SOURCE, "kettle-will-not-whistle") in site.library.articles
    assert set(site.playbook.topics) == {"greeting", "card_declined"}
    assert site.catalogues.for_locale(ZH).gettext("Warning") == "警告"
    assert site.index is None
    assert {problem.severity for problem in site.warnings} == {Severity.WARNING}
    assert "stale_section" in {problem.code for problem in site.warnings}


def test_the_hash_is_that_of_all_content_and_of_the_words_in_the_settings(tmp_path: Path) -> None:
    root = folder(tmp_path, {"articles/en/drinks/_index.md": CATEGORY})
    roots = [root, below()]

    def digest(settings: Settings = SETTINGS) -> str:
        return build(settings, roots).hash

    first = digest()
    assert digest() == first
    assert digest(SETTINGS.model_copy(update={"port": 9})) == first
    assert digest(Settings.model_validate({"product": "Pots"})) != first
    folder(tmp_path, {"articles/en/drinks/tea.md": ARTICLE})
    second = digest()
    assert second != first
    folder(tmp_path, {"i18n/zh_HK/synonyms.txt": "茶, 茗\n"})
    assert digest() not in {first, second}


def test_a_playbook_is_compiled_anew_only_when_its_files_or_words_changed(tmp_path: Path) -> None:
    tea = "articles/en/drinks/tea.md"
    root = folder(tmp_path, {"articles/en/drinks/_index.md": CATEGORY, tea: ARTICLE})
    roots = [root, below()]
    first = build(SETTINGS, roots)
    folder(tmp_path, {tea: ARTICLE + "## Add {#add-card}\n"})
    (tmp_path / tea).rename(tmp_path / "articles/en/drinks/swap-your-card.md")
    second = build(SETTINGS, roots, first)
    assert second.playbook.rules is first.playbook.rules
    # What it says of articles is the new library's.
    assert {key[1] for key in second.playbook.cards} > {key[1] for key in first.playbook.cards}
    assert second.warnings != first.warnings
    assert second.hash == build(SETTINGS, roots).hash
    folder(tmp_path, {"bot/topics/card_declined.yaml": "off: true\n"})
    third = build(SETTINGS, roots, second)
    assert "card_declined" not in third.playbook.topics
    words = build(Settings.model_validate({"product": "Pots"}), roots, third)
    assert words.playbook.variables[SOURCE]["product"] == "Pots"


def test_a_sites_own_articles_are_never_mixed_with_the_starters(tmp_path: Path) -> None:
    root = folder(
        tmp_path,
        {"articles/en/drinks/_index.md": CATEGORY, "articles/en/drinks/tea.md": ARTICLE},
    )
    site = build(SETTINGS, [root, below()])
    assert set(site.library.articles) == {(SOURCE, "tea")}
    folder(tmp_path / "words", {"i18n/zh_HK/wording.yaml": "a: b\n"})
    site = build(SETTINGS, [Root(tmp_path / "words"), below()])
    assert (SOURCE, "swap-your-card") in site.library.articles


def test_a_starters_topic_may_name_an_article_that_the_site_lacks(tmp_path: Path) -> None:
    root = folder(tmp_path, {"articles/en/drinks/_index.md": CATEGORY})
    site = build(SETTINGS, [root, below()])
    (warning,) = (one for one in site.warnings if one.code == "broken_reference")
    assert str(warning) == (
        "<starter>/bot/topics/card_declined.yaml:8: broken_reference: no article `swap-your-card` "
        "is published; the bot leaves it out"
    )


@pytest.mark.parametrize(
    ("front", "says"),
    [
        ("", "`swap-your-card` has no section `add-card`"),
        ("status: draft\n", "no article `swap-your-card` is published"),
        ("audience: agents\n", "is for `agents` readers, but the bot speaks to everybody"),
    ],
)
def test_within_one_root_a_broken_reference_is_an_error(
    tmp_path: Path, front: str, says: str
) -> None:
    topic = (kettle_root().path / TOPIC).read_text()
    article = ARTICLE.replace("updated", f"{front}updated")
    root = folder(
        tmp_path,
        {
            "articles/en/drinks/_index.md": CATEGORY,
            "articles/en/drinks/swap-your-card.md": article,
            "articles/zh_HK/drinks/_index.md": CATEGORY,
            TOPIC: topic,
        },
    )
    with pytest.raises(ContentError) as caught:
        build(SETTINGS, [root, below()])
    (fault,) = [p for p in caught.value.problems if p.severity is Severity.ERROR]
    assert (fault.file, fault.line, fault.code) == (TOPIC, 8, "broken_reference")
    assert says in fault.message


def test_a_site_may_have_fewer_or_more_locales_than_the_starters_topics(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", {"articles/en/drinks/_index.md": CATEGORY})
    assert "missing_locale" not in {p.code for p in build(SETTINGS, [one, below()]).warnings}
    vocabulary = (kettle_root().path / "bot/vocabulary/en.yaml").read_text()
    more = folder(
        tmp_path / "more",
        {
            "articles/en/drinks/_index.md": CATEGORY,
            "articles/fr/drinks/_index.md": CATEGORY,
            "bot/vocabulary/fr.yaml": vocabulary,
        },
    )
    warnings = build(SETTINGS, [more, below()]).warnings
    assert {p.file for p in warnings if p.code == "missing_locale"} == {
        f"{STARTER}bot/topics/greeting.yaml",
        f"{STARTER}{TOPIC}",
    }


def test_other_faults_of_the_starters_are_not_forgiven(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", {"articles/en/drinks/_index.md": CATEGORY})
    starter = folder(tmp_path / "starter", {TOPIC: "name: {en: x}\n"})
    report = Report()
    assemble(SETTINGS, [one, Root(starter.path, STARTER)], report)
    assert f"{STARTER}{TOPIC}" in {problem.file for problem in report.errors}


def test_all_faults_of_all_rooms_are_told_at_once(tmp_path: Path) -> None:
    root = folder(
        tmp_path,
        {
            "articles/en/drinks/_index.md": CATEGORY,
            "articles/en/drinks/tea.md": "no front matter",
            "articles/en/drinks/pot.md": ARTICLE + "<b>\n",
            "bot/topics/greeting.yaml": "a: 1\na: 2\n",
            "i18n/zh_HK/LC_MESSAGES/messages.po": "nonsense",
        },
    )
    report = Report()
    assemble(SETTINGS, [root, below()], report)
    assert {"no_front_matter", "raw_html", "yaml", "bad_catalogue"} <= {
        problem.code for problem in report.errors
    }


def test_a_file_that_cannot_be_read_does_not_stop_the_hash(tmp_path: Path) -> None:
    root = folder(tmp_path, {"articles/en/drinks/_index.md": CATEGORY})
    (root.path / "articles/en/drinks/tea.md").symlink_to("/etc/hostname")
    report = Report()
    site = assemble(SETTINGS, [root, below()], report)
    assert len(site.hash) == 32
    assert [problem.code for problem in report.errors] == ["symlink"]
