import pytest

from helpcenter.content.problems import Report
from helpcenter.language.fold import Folder
from helpcenter.language.rules import parse_synonyms
from helpcenter.search.clauses import Parser
from tests.search.shelf import EN, ZH

FOLDER = Folder({"咭": "卡"})
RULES = "信用卡, 銀行卡\nlog in, sign in\nrefund => 退款\n!!!, ???\n"
PARSER = Parser(FOLDER, {ZH: parse_synonyms(RULES, "synonyms.txt", Report())})

Terms = list[list[tuple[str, ...]]]


def terms(text: str, last: tuple[str, ...] = ()) -> Terms:
    """Return the clauses as alternatives of terms, groups of several joined by a bar."""
    return [
        [tuple("|".join(group) for group in one.groups) for one in clause.alternatives]
        for clause in PARSER.clauses(FOLDER.fold(text).text, ZH, last)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Cards declined", [[("card",)], [("declin",)]]),
        ("how do I pay", [[("pay",)]]),
        ("how do I", [[("how",)], [("do",)], [("i",)]]),
        ("更新Stripe", [[("更新",)], [("stripe",)]]),
        ("更新咗餅", [[("更新",)], [("饼",)]]),
        ("嘅呀", [[("嘅呀",)]]),
        ("咭", [[("卡",)]]),
        ("張信用咭", [[("信用", "用卡"), ("银行", "行卡")], [("张信",)]]),
        ("我信用咭", [[("信用", "用卡"), ("银行", "行卡")]]),
        ("I don't want any tea", [[("tea",)]]),
        ("Logging in", [[("log",), ("sign", "in")]]),
        ("refund", [[("退款",)]]),
        ("e-mail", [[("e", "mail"), ("email",)]]),
        ("card_declined", [[("card_declined",), ("card", "declin")]]),
        ("can't 1,234.50", [[("cant",)], [("1234.50",)]]),
    ],
)
def test_what_a_query_looks_for(text: str, expected: Terms) -> None:
    assert terms(text) == expected


def test_a_half_typed_word_stands_for_its_completions() -> None:
    assert terms("my pay", ("pay", "payment")) == [[("pay|payment",)]]


def test_synonyms_belong_to_their_locale() -> None:
    (clause,) = PARSER.clauses("refund", EN)
    assert [one.groups for one in clause.alternatives] == [(("refund",),)]


def test_words_of_synonyms_are_known() -> None:
    assert PARSER.knows("refund")
    assert not PARSER.knows("teapot")
