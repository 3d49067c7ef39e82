"""The shipped conversations, one test each: what writers promise, the engine keeps."""

import json
from collections.abc import Iterator
from zlib import crc32

import pytest
from _pytest.mark import ParameterSet

from helpcenter.bot.conversation_tests import HELD_AT, Case, Conversation, read_cases, run
from helpcenter.bot.engine import answer, start
from helpcenter.bot.plain import decision_json
from helpcenter.bot.state import Said, SaidChoice, SaidText
from helpcenter.cli.customers import ConversationDesk
from helpcenter.clock import ManualClock
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, starter
from helpcenter.i18n.locale import Locale
from helpcenter.sandbox.people import REGULARS
from helpcenter.settings import Settings
from tests.bot.shipped import playbook

TROUBLES = ("card_declined", "update_not_saving", "update_payment_method", "cannot_access_portal")


SILENT = (
    "fraudulent",
    "lost_card",
    "stolen_card",
    "merchant_blacklist",
    "pickup_card",
    "restricted_card",
)
LINES = {
    "en": ("my card was declined", "my new card won't save", "change my card", "portal won't open"),
    "zh-HK": ("張卡被拒", "更新咗張卡但儲存唔到", "想換卡", "開唔到帳單頁面"),
}
HI = {"line": "hi"}


@pytest.fixture(scope="module")
def desk() -> Iterator[ConversationDesk]:
    with ConversationDesk(Settings(), ManualClock(HELD_AT)) as desk:
        yield desk


def cases() -> list[Case]:
    report = Report()
    found = read_cases([Root(starter())], report)
    report.raise_errors()
    return found


def some() -> list[ParameterSet]:
    """Return the cases that `make test` has time for: a sixth of those that walk no branch.

    Which sixth, their names say: a case that is added moves no other. `make test-full` holds all.
    """
    return [
        pytest.param(case, id=case.name)
        for case in cases()
        if "every-branch" not in case.name and crc32(case.name.encode()) % 6 == 0
    ]


@pytest.mark.parametrize("case", some())
def test_conversation_holds(case: Case, desk: ConversationDesk) -> None:
    found = run(case, playbook(), desk.facts_for)
    assert not found.failures, "\n".join(map(str, found.failures))


@pytest.fixture(scope="module")
def generic(desk: ConversationDesk) -> list[str]:
    return heard(desk, "generic_decline")


@pytest.mark.full
@pytest.mark.parametrize("code", SILENT)
def test_codes_not_for_the_customers_eyes_sound_generic(
    desk: ConversationDesk, generic: list[str], code: str
) -> None:
    assert heard(desk, code) == generic


def heard(desk: ConversationDesk, code: str) -> list[str]:
    """Return all that a customer declined with a code hears, to the end of each ladder."""
    told = []
    for locale, lines in LINES.items():
        conversation = Conversation.model_validate(
            {"name": code, "locale": locale, "customer": "Sunny", "decline": code, "turns": [HI]}
        )
        look = desk.facts_for(conversation)
        for line in lines:
            said: Said = SaidText(line)
            state, hand_off = start(Locale.from_tag(locale)), None
            while hand_off is None:
                decision = answer(playbook(), state, said, look, HELD_AT)
                told.append(json.dumps(decision_json(decision), ensure_ascii=False))
                state, hand_off, said = decision.state, decision.hand_off, SaidChoice("still")
    return told


def test_there_are_enough_of_them_in_both_languages() -> None:
    found = cases()
    assert len(found) >= 40
    for tag in ("en", "zh-HK"):
        assert sum(case.conversation.locale == tag for case in found) >= 15


def test_every_regular_brings_every_trouble_in_both_languages() -> None:
    told = {
        (case.conversation.customer, case.conversation.locale, turn.topic)
        for case in cases()
        for turn in case.conversation.turns
    }
    wanted = {
        (person.name, tag, topic)
        for person in REGULARS
        for tag in ("en", "zh-HK")
        for topic in TROUBLES
    }
    assert wanted - told == set()
