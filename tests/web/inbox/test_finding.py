"""Every fact that topics may use, and every value it may have, has words for agents."""

from datetime import UTC

import pytest

from helpcenter.bot.facts import FACTS, SHOWN
from helpcenter.bot.route import Route
from helpcenter.i18n.locale import SOURCE
from helpcenter.tickets.packet import Found
from helpcenter.web.account.speaker import Speaker
from helpcenter.web.inbox.finding import Known, in_words, route_in_words
from tests.identity.host import START

SPEAKER = Speaker(SOURCE, lambda message: f"<{message}>", UTC, START)


@pytest.mark.parametrize("name", sorted({*FACTS, *SHOWN}))
def test_every_fact_has_a_name(name: str) -> None:
    (known,) = in_words([Found(name, "x")], SPEAKER)
    assert known.label.startswith("<")
    assert known.value == "x"


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_value_has_words(name: str) -> None:
    known = list(in_words([Found(name, value) for value in sorted(FACTS[name])], SPEAKER))
    assert [one.value for one in known if not one.value.startswith("<")] == []
    assert len({one.value for one in known}) == len(known)


def test_what_is_not_known_is_left_out_and_what_is_new_keeps_its_name() -> None:
    found = [Found("card", None), Found("moment", "none"), Found("weather", "fine")]
    assert list(in_words(found, SPEAKER)) == [Known("weather", "fine")]


def test_ways_to_an_answer_have_words() -> None:
    told = [route_in_words(route, SPEAKER) for route in Route]
    assert all(words.startswith("<") for words in told)
    assert len({*told}) == len(told)
    assert route_in_words("still", SPEAKER) == "<the last advice did not help>"
    assert route_in_words("teleport", SPEAKER) == "teleport"
