from pathlib import Path

from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, find_roots
from helpcenter.search.words import load_folder, load_synonyms
from tests.search.shelf import EN, ZH


def test_the_shipped_files_are_without_fault() -> None:
    report = Report()
    folder = load_folder(find_roots(None), report)
    synonyms = load_synonyms(find_roots(None), [EN, ZH], report)
    assert not report.problems
    assert folder.fold("信用咭").text == "信用卡"
    assert set(synonyms) == {EN, ZH}


def test_a_sites_own_lines_lie_over_the_starters(tmp_path: Path) -> None:
    roots = (Root(tmp_path / "own"), Root(tmp_path / "starter", "<starter>/"))
    for root, variant, synonym in zip(roots, "乙丙", ("jar, pot", "tin, can"), strict=True):
        (root.path / "i18n" / "en").mkdir(parents=True)
        (root.path / "i18n" / "folding.txt").write_text(f"甲 => {variant}\n", "utf-8")
        (root.path / "i18n" / "en" / "synonyms.txt").write_text(f"{synonym}\n", "utf-8")
    report = Report()
    assert load_folder(roots, report).fold("甲").text == "乙"
    phrases = [synonym.phrase for synonym in load_synonyms(roots, [EN], report)[EN]]
    assert phrases == ["tin", "can", "jar", "pot"]
    assert not report.problems


def test_a_fault_is_named_by_file_and_line_and_the_rest_is_used(tmp_path: Path) -> None:
    (tmp_path / "i18n").mkdir()
    (tmp_path / "i18n" / "folding.txt").write_text("甲 => 乙\n甲乙\n", "utf-8")
    report = Report()
    assert load_folder([Root(tmp_path)], report).fold("甲").text == "乙"
    assert [(one.file, one.line) for one in report.errors] == [("i18n/folding.txt", 2)]


def test_no_files_no_words(tmp_path: Path) -> None:
    report = Report()
    assert load_folder([Root(tmp_path)], report).fold("甲").text == "甲"
    assert load_synonyms([Root(tmp_path)], [EN], report) == {}
    assert not report.problems
