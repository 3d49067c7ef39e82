import pytest

from helpcenter.content.problems import Report
from helpcenter.language.rules import Synonym, parse_synonyms, parse_variants


def faults(report: Report) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in report.errors]


def test_variants_are_read_with_comments_and_blank_lines() -> None:
    report = Report()
    text = "# Hong Kong\n咭 => 卡\n\n着=>著  # one way\n"
    assert parse_variants(text, "folding.txt", report) == {"咭": "卡", "着": "著"}
    assert not report.problems


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("咭", 1, "bad_variant"),
        ("咭咭 => 卡", 1, "bad_variant"),
        ("咭 => ", 1, "bad_variant"),
        ("咭 => 卡 => 店", 1, "bad_variant"),
        ("咭 => 卡\n咭 => 店", 2, "repeated_variant"),
        ("咭 => 卡\n\n卡 => 咭", 3, "variant_loop"),
        ("咭 => 咭", 1, "variant_loop"),
    ],
)
def test_a_bad_variant_is_named_by_its_line(text: str, line: int, code: str) -> None:
    report = Report()
    parse_variants(text, "folding.txt", report)
    assert faults(report) == [(line, code)]


def test_two_way_synonyms_find_each_other() -> None:
    report = Report()
    synonyms = parse_synonyms("log in, sign in", "synonyms.txt", report)
    both = ("log in", "sign in")
    assert synonyms == [Synonym("log in", both), Synonym("sign in", both)]
    assert not report.problems


def test_one_way_synonyms_are_read_from_left_to_right() -> None:
    synonyms = parse_synonyms("拍卡, 過卡 => 付款  # pay", "synonyms.txt", Report())
    assert synonyms == [Synonym("拍卡", ("付款",)), Synonym("過卡", ("付款",))]


def test_escaped_commas_and_hashes_belong_to_the_phrase() -> None:
    synonyms = parse_synonyms(r"1\,000, thousand, \#1000", "synonyms.txt", Report())
    assert synonyms[0].alternatives == ("1,000", "thousand", "#1000")


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a, b\nalone", 2, "lone_synonym"),
        ("a, a", 1, "lone_synonym"),
        ("a =>", 1, "bad_synonym"),
        ("=> b", 1, "bad_synonym"),
        ("a => b => c", 1, "bad_synonym"),
        (",,,", 1, "bad_synonym"),
        ("x" * 61 + ", b", 1, "long_synonym"),
    ],
)
def test_a_bad_synonym_is_named_by_its_line(text: str, line: int, code: str) -> None:
    report = Report()
    assert not parse_synonyms(text, "synonyms.txt", report)[2:]
    assert faults(report) == [(line, code)]
