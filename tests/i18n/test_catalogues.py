from pathlib import Path

import pytest

from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from helpcenter.i18n.catalogues import Catalogues, load_catalogues
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.settings import Settings
from tests.factories import folder

ZH = Locale("zh_HK")
FILE = "i18n/zh_HK/LC_MESSAGES/messages.po"
HEADER = 'msgid ""\nmsgstr ""\n"Language: zh_HK\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
SETTINGS = Settings.model_validate({"product": {"en": "Kettle & Co", "zh_HK": "水煲店"}})


def po(*entries: str, path: Path, header: str = HEADER) -> Root:
    return folder(path, {FILE: "\n".join((header, *entries))})


def load(*roots: Root) -> Catalogues:
    report = Report()
    found = load_catalogues(roots, SETTINGS, report)
    assert report.problems == []
    return found


def faults(root: Root) -> list[str]:
    report = Report()
    load_catalogues([root], SETTINGS, report)
    return [f"{p.severity} {p.line} {p.code}: {p.message}" for p in sorted(report.problems)]


def entry(msgid: str, msgstr: str) -> str:
    return f'msgid "{msgid}"\nmsgstr "{msgstr}"\n'


def test_a_message_is_translated_and_the_source_needs_no_file(tmp_path: Path) -> None:
    found = load(po(entry("Search", "搜尋"), path=tmp_path))
    assert found.for_locale(ZH).gettext("Search") == "搜尋"
    assert found.for_locale(ZH).gettext("Brew") == "Brew"
    assert found.for_locale(SOURCE).gettext("Search") == "Search"
    assert found.for_locale(Locale("fr")).gettext("Search") == "Search"


def test_words_from_settings_are_filled_in_whatever_the_language(tmp_path: Path) -> None:
    text = "Welcome to {{ product }}, pay within {{grace_days}} days"
    found = load(po(entry(text, "歡迎光臨{{ product }}"), path=tmp_path))
    assert found.for_locale(ZH).gettext(text) == "歡迎光臨水煲店"
    assert found.for_locale(SOURCE).gettext(text) == "Welcome to Kettle & Co, pay within 7 days"


def test_a_percent_sign_in_a_word_cannot_spoil_the_placeholders(tmp_path: Path) -> None:
    settings = Settings.model_validate({"product": "100% Kettle"})
    found = load_catalogues([], settings, Report()).for_locale(SOURCE)
    assert found.gettext("%(n)s at {{ product }}") % {"n": 3} == "3 at 100％ Kettle"


def test_plurals_and_contexts(tmp_path: Path) -> None:
    plural = 'msgid "%(n)s cup"\nmsgid_plural "%(n)s cups"\nmsgstr[0] "%(n)s 杯"\n'
    context = 'msgctxt "verb"\n' + entry("Pour", "斟")
    found = load(po(plural, context, entry("Pour", "傾盆"), path=tmp_path)).for_locale(ZH)
    assert found.ngettext("%(n)s cup", "%(n)s cups", 2) == "%(n)s 杯"
    assert found.pgettext("verb", "Pour") == "斟"
    assert found.gettext("Pour") == "傾盆"
    source = load().for_locale(SOURCE)
    assert source.ngettext("one", "many", 1) == "one"
    assert source.npgettext("tea", "one", "many", 2) == "many"


def test_a_sites_own_catalogue_lies_over_the_starters_entry_by_entry(tmp_path: Path) -> None:
    below = po(entry("Search", "搜尋"), entry("Home", "主頁"), path=tmp_path / "below")
    own = po(entry("Home", "茶室"), 'msgid "Search"\nmsgstr ""\n', path=tmp_path / "own")
    report = Report()
    found = load_catalogues([own, below], SETTINGS, report).for_locale(ZH)
    assert (found.gettext("Search"), found.gettext("Home")) == ("搜尋", "茶室")
    assert [p.code for p in report.problems] == ["untranslated"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (entry("Tea", ""), "warning 6 untranslated: “Tea” is not translated"),
        ("#, fuzzy\n" + entry("Tea", "咖啡"), "warning 7 untranslated: “Tea” is only a guess"),
        (entry("%(n)s cups", "幾杯"), "error 6 bad_placeholder: “%(n)s cups” and its translation"),
        (entry("Tea", "%(n)s"), "differ in %(n)s"),
        (entry("%(n)s off", "%(n)s% 折"), "lone %"),
        (entry("Tea", "{{ produkt }}"), "did you mean `product`?"),
        (entry("Tea", "{{ product"), "close it"),
        ('msgid "Tea"\nnonsense\n', "bad_catalogue"),
    ],
)
def test_faults_name_their_line(tmp_path: Path, text: str, says: str) -> None:
    (fault,) = faults(po(text, path=tmp_path))
    assert says in fault


def test_a_plural_may_leave_the_number_out_of_a_form(tmp_path: Path) -> None:
    load(po('msgid "a cup"\nmsgid_plural "%(n)s cups"\nmsgstr[0] "%(n)s 杯"\n', path=tmp_path))


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a\x00b", b"\x00" * 10])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    (fault,) = faults(folder(tmp_path, {FILE: data}))
    assert fault.startswith("error")


def test_odd_headers_and_folders_are_told_or_harmless(tmp_path: Path) -> None:
    odd = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=evil; plural=__import__;\\n"\n'
    (fault,) = faults(po(entry("Tea", "茶"), path=tmp_path / "a", header=odd))
    assert "bad_catalogue" in fault
    root = folder(tmp_path / "b", {"i18n/qq/LC_MESSAGES/messages.po": entry("Tea", "Qi")})
    (fault,) = faults(root)
    assert "unknown_locale" in fault
