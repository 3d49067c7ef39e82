"""Whatever is said, in whatever order: an answer, in a language we have, and always the same."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from helpcenter.billing.codes import Detail
from helpcenter.billing.facts import Card
from helpcenter.bot.engine import decide, start
from helpcenter.bot.facts import FACTS, SHOWN, FactView, Sight, absent
from helpcenter.bot.plain import decision_json, reply_lines, trace_lines
from helpcenter.bot.state import Said, SaidChoice, SaidText, State
from helpcenter.conversations.parts import Text
from helpcenter.i18n.money import Money
from helpcenter.language.scripts import has_han
from tests.bot.shipped import EN, SIGNED_OUT, ZH, playbook

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

WORDS = """
my card declined not save saving portal link expired update change human still no yes the first
also . , ? ! hello thanks in english please 我 張卡 被拒 唔到 更新 改 換 帳單頁面 連結 過期 真人
都係唔得 好 第一個 用中文 另外 m dak ngo 😡 ﷺ 4242 ' … [card] cancel refund pause plan my data
useless 仆街 失業 想死 done 點做 how 你係咩 who are you 退款 取消 4242424242424242 cvc 123
"""
PIECES = st.sampled_from([*WORDS.split(), "\n", "\u202e", "\x00"])
LINES = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map(" ".join))
CHOICES = st.sampled_from(
    [
        "solved",
        "still",
        "topic:card_declined",
        "topic:talk_to_human",
        "card_declined/reason/funds",
        "?",
    ]
)
SAID = st.one_of(LINES.map(SaidText), CHOICES.map(SaidChoice))


def values(name: str) -> st.SearchStrategy[object]:
    """Give what words may show under a name; a plan's name in plain letters, whatever it is."""
    if name.endswith("card"):
        brands = st.sampled_from(["visa", "mastercard", "amex", "of_the_future", None])
        digits = st.sampled_from(["4242", "0005", None])
        return st.builds(Card, id=st.just("pm_1"), brand=brands, last4=digits)
    if name.endswith("_on") or name in {"next_try", "pay_by"}:
        return st.dates()
    if name == "amount":
        return st.builds(Money, st.integers(), st.sampled_from(["HKD", "JPY", "KWD", "TWD"]))
    if name == "detail":
        return st.sampled_from(Detail)
    return st.sampled_from(["Plus", "12/2030", "{{ fact.amount }}", "[[", "x" * 60])


KNOWN = st.fixed_dictionaries(
    {"facts": st.just("known")},
    optional={n: st.sampled_from(sorted(v)) for n, v in FACTS.items() if n != "facts"},
)
VIEWS = st.one_of(
    st.sampled_from(Sight).map(absent),
    st.builds(
        FactView,
        KNOWN,
        st.fixed_dictionaries({}, optional={name: values(name) for name in sorted(SHOWN)}),
        st.none() | st.just(NOW),
        st.none() | st.just(NOW.date()),
    ),
)


@given(locale=st.sampled_from([EN, ZH]), turns=st.lists(SAID, max_size=8), view=VIEWS)
@settings(max_examples=300, deadline=None)
def test_any_turns_in_any_order(locale: object, turns: list[Said], view: FactView) -> None:
    state = start(EN if locale == EN else ZH)
    for said in turns:
        decision = decide(playbook(), state, said, view, NOW)
        assert decision == decide(playbook(), state, said, view, NOW)
        texts = [part.text for part in decision.parts if isinstance(part, Text)]
        assert texts
        assert all(has_han(text) == decision.locale.is_han for text in texts)
        state = State.from_json(json.loads(json.dumps(decision.state.to_json())))
        assert state == decision.state
        assert "4242424242424242" not in json.dumps(decision_json(decision))
        assert list(reply_lines(decision))
        assert list(trace_lines(decision))


@given(text=st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_evidence_lies_within_the_text(text: str) -> None:
    decision = decide(playbook(), start(EN), SaidText("card declined " + text), SIGNED_OUT, NOW)
    understanding = decision.trace.understanding
    assert understanding is not None
    for candidate in understanding.candidates:
        for evidence in candidate.evidence:
            for words, begin, end in evidence.words:
                assert ("card declined " + text)[begin:end] == words


def test_ugly_lines_are_answered() -> None:
    for text in ("", " ", "\x00\x07", "\u202e\u2066", "😀" * 5_000, "卡" * 100_000, "a" * 100_000):
        assert decide(playbook(), start(ZH), SaidText(text), SIGNED_OUT, NOW).parts
    for text in ("card declined " * 8_000, "唔到 改 卡 " * 20_000, "'" * 100_000, "\n" * 100_000):
        assert decide(playbook(), start(EN), SaidText(text), SIGNED_OUT, NOW).parts
