"""Whatever is said, in whatever order: an answer, in a language we have, and always the same."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from helpcenter.bot.engine import decide, start
from helpcenter.bot.facts import FACTS
from helpcenter.bot.plain import decision_json, reply_lines, trace_lines
from helpcenter.bot.state import Said, SaidChoice, SaidText, State
from helpcenter.conversations.parts import Text
from helpcenter.language.scripts import has_han
from tests.bot.shipped import EN, ZH, playbook

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

WORDS = """
my card declined not save saving portal link expired update change human still no yes the first
also . , ? ! hello thanks in english please 我 張卡 被拒 唔到 更新 改 換 帳單頁面 連結 過期 真人
都係唔得 好 第一個 用中文 另外 m dak ngo 😡 ﷺ 4242 ' … [card]
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
FACTS_SEEN = st.one_of(
    st.none(),
    st.fixed_dictionaries({}, optional={n: st.sampled_from(sorted(v)) for n, v in FACTS.items()}),
)


@given(locale=st.sampled_from([EN, ZH]), turns=st.lists(SAID, max_size=8), facts=FACTS_SEEN)
@settings(max_examples=300, deadline=None)
def test_any_turns_in_any_order(
    locale: object, turns: list[Said], facts: dict[str, str] | None
) -> None:
    state = start(EN if locale == EN else ZH)
    for said in turns:
        decision = decide(playbook(), state, said, facts, NOW)
        assert decision == decide(playbook(), state, said, facts, NOW)
        texts = [part.text for part in decision.parts if isinstance(part, Text)]
        assert texts
        assert all(has_han(text) == decision.locale.is_han for text in texts)
        state = State.from_json(json.loads(json.dumps(decision.state.to_json())))
        assert state == decision.state
        json.dumps(decision_json(decision))
        assert list(reply_lines(decision))
        assert list(trace_lines(decision))


@given(text=st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_evidence_lies_within_the_text(text: str) -> None:
    decision = decide(playbook(), start(EN), SaidText("card declined " + text), None, NOW)
    understanding = decision.trace.understanding
    assert understanding is not None
    for candidate in understanding.candidates:
        for evidence in candidate.evidence:
            for words, begin, end in evidence.words:
                assert ("card declined " + text)[begin:end] == words


def test_ugly_lines_are_answered() -> None:
    for text in ("", " ", "\x00\x07", "\u202e\u2066", "😀" * 5_000, "卡" * 100_000, "a" * 100_000):
        assert decide(playbook(), start(ZH), SaidText(text), None, NOW).parts
    for text in ("card declined " * 8_000, "唔到 改 卡 " * 20_000, "'" * 100_000, "\n" * 100_000):
        assert decide(playbook(), start(EN), SaidText(text), None, NOW).parts
