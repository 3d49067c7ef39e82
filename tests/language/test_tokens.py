import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.language.fold import Folder
from helpcenter.language.tokens import Kind, tokenise

FOLDER = Folder({"咭": "卡"})


def texts(line: str) -> list[str]:
    return [token.text for token in tokenise(FOLDER.fold(line))]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("My card was declined!", ["my", "card", "was", "declined"]),
        ("更新Stripe付款方式", ["更新", "stripe", "付款方式"]),
        ("Can’t sign-in", ["can't", "sign", "in"]),
        ("HK$1,234.50.", ["hk", "1,234.50"]),
        ("•••• 4242", ["4242"]),
        ("card_declined, do_not_honor", ["card_declined", "do_not_honor"]),
        ("3D Secure 3-D 100k", ["3d", "secure", "3", "d", "100k"]),
        ("咁點算呀？？💳🙏🏻", ["咁点算呀"]),
        ("", []),
        ("💳 …\x00!?", []),
    ],
)
def test_tokens(line: str, expected: list[str]) -> None:
    assert texts(line) == expected


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("see https://a.example/b?c=d.", Kind.URL, "https://a.example/b?c=d"),
        ("到www.a.example睇", Kind.URL, "www.a.example"),
        ("write to billing+x@a.example!", Kind.EMAIL, "billing+x@a.example"),
        ("insufficient_funds", Kind.CODE, "insufficient_funds"),
        ("4242", Kind.NUMBER, "4242"),
        ("4242x", Kind.WORD, "4242x"),
        ("信用咭", Kind.HAN, "信用卡"),
    ],
)
def test_kinds(line: str, kind: Kind, text: str) -> None:
    assert (kind, text) in [(t.kind, t.text) for t in tokenise(FOLDER.fold(line))]


def test_characters_of_a_han_run_keep_their_places() -> None:
    line = "½我的信用咭"
    folded = FOLDER.fold(line)
    run = tokenise(folded)[-1]
    assert [(c.text, line[c.start : c.end]) for c in run.characters(folded)] == [
        ("我", "我"),
        ("的", "的"),
        ("信", "信"),
        ("用", "用"),
        ("卡", "咭"),
    ]


@given(st.text(st.one_of(st.sampled_from("a1.,'_@:/-信咭½ e\u0301\x00"), st.characters())))
def test_tokens_stand_in_order_where_they_say(line: str) -> None:
    folded = FOLDER.fold(line)
    last = last_at = 0
    for token in tokenise(folded):
        assert folded.text[token.at : token.at + len(token.text)] == token.text
        assert token.at >= last_at
        assert (token.start, token.end) == folded.span(token.at, token.at + len(token.text))
        assert last <= token.start < token.end
        last, last_at = token.start, token.at + len(token.text)


@pytest.mark.parametrize(
    "piece", ["a.", "1,", "a@", "a_", "'a", "www.", "http://", "信a", "é\u0301"]
)
def test_repetition_is_harmless(piece: str) -> None:
    line = piece * 5000
    assert len(tokenise(FOLDER.fold(line))) <= len(line)
