"""The engine: what the bot says next, given everything it may look at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from helpcenter.bot.conversation_tests import text_of
from helpcenter.bot.engine import answer, decide, start
from helpcenter.bot.facts import FACTS, FactUsed, FactView, Reads, Sight, absent
from helpcenter.bot.state import Decision, SaidChoice, SaidText, State
from helpcenter.bot.topics import OUT_OF_SCOPE, HandOff
from helpcenter.conversations.parts import Choices
from tests.bot.shipped import EN, SIGNED_OUT, ZH, known, playbook

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def say(
    text: str, state: State | None = None, facts: FactView = SIGNED_OUT, now: datetime = NOW
) -> Decision:
    return decide(playbook(), state or start(EN), SaidText(text), facts, now)


def press(choice: str, state: State | None = None) -> Decision:
    return decide(playbook(), state or start(EN), SaidChoice(choice), SIGNED_OUT, NOW)


def buttons(decision: Decision) -> list[str]:
    return [c.id for part in decision.parts if isinstance(part, Choices) for c in part.choices]


def test_facts_skip_the_question_they_answer() -> None:
    decision = say("my card was declined", facts=known(diagnosis="insufficient_funds"))
    assert decision.trace.steps == ("card_declined/known_funds",)
    assert FactUsed("diagnosis", "insufficient_funds") in decision.trace.facts


def test_facts_are_told_with_their_age() -> None:
    asked = NOW - timedelta(seconds=12.5)
    view = FactView({"facts": "known", "diagnosis": "generic"}, {}, asked)
    plain = say("my card was declined", facts=view).trace.to_json()["facts"]
    used = {fact["name"]: fact for fact in plain}["diagnosis"]
    assert used["fetched_at"] == "2026-11-22T08:59:47.500000+00:00"
    assert used["age"] == 12.5


def test_without_facts_it_says_what_signing_in_adds_and_with_them_it_does_not() -> None:
    words = "When you are signed in"
    assert words in text_of(say("my card was declined"))
    assert words not in text_of(say("my card was declined", facts=known()))


def test_with_stripe_down_it_says_so_once_and_gives_the_general_way() -> None:
    down = absent(Sight.STRIPE_DOWN)
    first = say("my card was declined", facts=down)
    assert first.trace.steps == ("card_declined/reason",)
    assert "can’t look at your payments" in text_of(first)
    assert "can’t look" not in text_of(say("not sure", first.state, down))


def test_a_site_without_stripe_excuses_nothing() -> None:
    text = text_of(say("my card was declined", facts=absent(Sight.NO_KEY)))
    assert "can’t look" not in text
    assert "signed in" not in text


@pytest.mark.parametrize("name", sorted(FACTS))
def test_no_value_of_a_fact_is_left_without_an_answer(name: str) -> None:
    for value in FACTS[name]:
        for line in ("card declined", "update not saving", "change my card", "link expired"):
            assert say(line, facts=known(**{name: value})).parts


def test_what_the_facts_settle_goes_before_what_the_line_says() -> None:
    line = "my card was declined, it says insufficient funds"
    settled = say(line, facts=known(diagnosis="card_expired", card="expired"))
    assert settled.trace.steps == ("card_declined/known_expired",)
    well = known(diagnosis="none", invoice="none", card="valid")
    assert say(line, facts=well).trace.steps == ("card_declined/funds",)


def test_facts_are_asked_for_only_by_topics_that_need_them() -> None:
    asked: list[Reads] = []

    def look(reads: Reads) -> FactView:
        asked.append(reads)
        return known(diagnosis="none")

    for line, wanted in (
        ("hello", []),
        ("sing me a song", []),
        ("I can't open the billing portal", [Reads.BASIC]),
        ("my new card is not saving", [Reads.SAVING]),
        ("billing portal won't open. also my card was declined", [Reads.SAVING]),
    ):
        asked.clear()
        answer(playbook(), start(EN), SaidText(line), look, NOW)
        assert asked == wanted, line


def test_another_language_does_not_repeat_facts_that_are_gone() -> None:
    told = say("my card was declined", facts=known(diagnosis="insufficient_funds"))
    assert say("用中文", told.state, known(diagnosis="insufficient_funds")).trace.steps == (
        "card_declined/known_funds",
    )
    gone = say("用中文", told.state, SIGNED_OUT)
    assert gone.trace.steps == ("card_declined/reason",)
    assert "餘額不足" not in text_of(gone)


def test_signing_in_is_said_once() -> None:
    first = say("my card was declined")
    second = say("not sure", first.state)
    assert "signed in" not in text_of(second)


def test_a_button_works_whenever_it_was_shown() -> None:
    shown = say("my card was declined")
    elsewhere = say("how do I change my card", shown.state)
    back = press("card_declined/reason/limit", elsewhere.state)
    assert back.trace.steps == ("card_declined/limit",)


@pytest.mark.parametrize(
    "choice", ["", "x", "topic:", "topic:teapots", "a/b/c", "card_declined/x/y"]
)
def test_a_button_nobody_knows_is_answered(choice: str) -> None:
    decision = press(choice)
    assert "out of date" in text_of(decision)
    assert buttons(decision)


def test_a_step_the_playbook_lacks_restarts_its_topic() -> None:
    state = replace(
        start(EN), topic="card_declined", step="of_old", told=("card_declined/funds",), site="older"
    )
    decision = say("still doesn't work", replace(state, at=NOW.isoformat()))
    assert decision.trace.steps == ("card_declined/reason",)
    assert decision.state.site == playbook().hash


def test_a_topic_the_playbook_lacks_is_forgotten() -> None:
    state = replace(start(EN), topic="teapots", step="how", at=NOW.isoformat())
    decision = say("yes", state)
    assert decision.state.topic is None


def test_yes_means_nothing_the_next_day() -> None:
    first = say("how do I change my card")
    assert say("yes", first.state).trace.route == "yes"
    assert say("yes", first.state, now=NOW + timedelta(days=1)).trace.route == "miss"


@pytest.mark.parametrize("at", ["", "yesterday", "2026-11-22T09:00:00"])
def test_a_broken_time_in_the_state_is_no_accident(at: str) -> None:
    assert say("yes", replace(start(EN), at=at)).topic == OUT_OF_SCOPE


def test_no_advice_is_given_twice_however_often_it_fails() -> None:
    state = say("how can I update my card").state
    steps = ["update_payment_method/how"]
    for _ in range(5):
        decision = say("still doesn't work", state)
        steps += decision.trace.steps
        state = decision.state
        if decision.hand_off:
            break
    assert len(steps) == len(set(steps))
    assert steps[-1] == "update_payment_method/person"


def test_the_same_question_ends_at_a_person_too() -> None:
    state, hand_off = start(EN), None
    for _ in range(6):
        decision = say("my new card is not saving", state)
        state, hand_off = decision.state, decision.hand_off or hand_off
    assert hand_off is HandOff.NOT_SOLVED


def test_after_an_ask_back_a_place_in_the_row_chooses() -> None:
    unsure = say("my passcode was denied")
    assert unsure.trace.route == "ask back"
    assert say("the first one", unsure.state).topic == "card_declined"
    assert say("yes", unsure.state).trace.steps == ("card_declined/reason",)


def test_a_yes_to_several_buttons_asks_which() -> None:
    menu = say("sing me a song")
    assert len(buttons(menu)) == 3
    again = say("yes", menu.state)
    assert "Which one" in text_of(again)
    assert buttons(again) == buttons(menu)


def test_still_without_a_topic_does_not_invent_one() -> None:
    decision = say("it still doesn't work")
    assert decision.trace.steps == ()
    assert decision.state.topic is None


def test_still_pressed_without_a_topic_offers_a_person() -> None:
    assert buttons(press("still")) == ["topic:talk_to_human"]


def test_the_language_is_of_the_line_and_the_state_keeps_the_conversations() -> None:
    decision = say("我張卡被拒")
    assert decision.locale == ZH
    assert decision.state.locale == "en"


def test_a_conversation_in_a_locale_the_site_lacks_speaks_the_source() -> None:
    assert decide(playbook(), State("fr"), SaidText("?"), SIGNED_OUT, NOW).locale == EN


def test_state_survives_storage_and_ignores_what_it_does_not_know() -> None:
    state = say("my card was declined").state
    assert State.from_json(state.to_json() | {"of_the_future": 1}) == state
    with pytest.raises(ValueError, match="locale"):
        State.from_json({"topic": "card_declined"})


def test_the_topic_of_the_best_score_is_reported_even_when_asking_back() -> None:
    assert say("my passcode was denied").topic == "card_declined"
    assert say("sing me a song").topic == OUT_OF_SCOPE


def test_who_comes_back_to_a_topic_hears_where_it_stood_but_not_for_ever() -> None:
    state = start(EN)
    steps: list[str] = []
    for line in ("how do I cancel my subscription", "can I pause my subscription") * 4:
        decision = say(line, state)
        state = decision.state
        steps += decision.trace.steps
    assert steps.count("cancel_subscription/cancel") == 2
    assert max(map(steps.count, set(steps))) == 2


def test_a_question_in_context_is_answered_and_a_named_topic_is_not_swallowed() -> None:
    state = say("how do I cancel my subscription").state
    asked = say("what about my data", state)
    assert asked.trace.route == "follow up"
    assert asked.trace.steps == ("cancel_subscription/data",)
    assert "cancel_subscription/cancel/data" in asked.trace.ways
    assert say("my card was declined, what about my data", state).topic == "card_declined"


def test_asking_again_offers_a_person_before_one_is_fetched() -> None:
    state = say("can I pay by octopus").state
    routes = []
    for _ in range(6):
        decision = say("which cards do you accept", state)
        state = decision.state
        routes.append((decision.hand_off, "topic:talk_to_human" in buttons(decision)))
        if decision.hand_off:
            break
    assert routes[-1][0] is HandOff.NOT_SOLVED
    assert routes[-2] == (None, True)


def test_two_questions_are_answered_in_order_and_one_of_them_gone_on_with() -> None:
    both = say("how do I cancel my plan and also how do I get a refund")
    assert both.trace.steps == ("cancel_subscription/cancel", "refund/ask_team")
    assert buttons(both) == ["solved", "topic:cancel_subscription", "topic:refund"]
    second = say("the second one", both.state)
    assert second.trace.steps == ("refund/ask_team",)
    assert say("yes please", second.state).hand_off is HandOff.NOT_SOLVED


def test_upset_customers_get_calm_words_and_a_person() -> None:
    abused = say("you are useless")
    assert text_of(abused).startswith("I am sorry about the trouble")
    assert buttons(abused) == ["topic:talk_to_human"]
    assert say("you idiots", abused.state).hand_off is HandOff.NOT_UNDERSTOOD
    answered = say("this is ridiculous, my card was declined")
    assert text_of(answered).startswith("I am sorry about the trouble")
    assert answered.trace.steps == ("card_declined/reason",)
    assert "999" in text_of(say("my card was declined, I want to die"))


def test_who_was_upset_and_is_helped_meets_no_person_unasked() -> None:
    state = say("this is ridiculous, my card was declined").state
    upset = say("you idiots", state)
    assert upset.hand_off is None
    helped = say("how do I change my card", upset.state)
    assert say("you idiots", helped.state).hand_off is None
    puzzled = say("purple elephants", upset.state)
    assert (puzzled.hand_off, puzzled.trace.route) == (None, "puzzle")


def test_where_shows_the_way_again_once_and_then_goes_on() -> None:
    advised = say("how do I change my card")
    again = say("where do I type it in", advised.state)
    assert (again.trace.route, again.trace.steps) == ("where", ())
    assert again.offers == advised.offers
    assert text_of(again) == "It is here:"
    onward = say("where", again.state)
    assert onward.trace.route == "more"
    assert onward.trace.steps != advised.trace.steps


def test_a_question_asked_again_shows_the_page_again_and_a_complaint_goes_on() -> None:
    advised = say("how do I cancel my plan")
    again = say("so how do I stop it?", advised.state)
    assert (again.offers, again.trace.steps) == (advised.offers, ())
    onward = say("how do I cancel my plan?", again.state)
    assert onward.trace.steps not in {(), advised.trace.steps}


def test_the_very_words_of_a_button_press_it() -> None:
    both = say("how do I cancel my plan and also how do I get a refund")
    for locale in (EN, ZH):
        label = playbook().label("topic:refund")
        assert label is not None
        pressed = say(playbook().words(label, locale), both.state)
        assert (pressed.trace.route, pressed.topic) == ("answer", "refund")


def test_thanks_take_leave_of_a_menu() -> None:
    menu = say("purple elephants")
    assert say("ok thanks", menu.state).topic == "thanks"


def test_a_wish_for_a_person_is_heard_beside_anything_else() -> None:
    assert say("are you a bot? I want a real human").hand_off is HandOff.ASKED
    assert say("are you a bot?").hand_off is None


def test_a_weak_hint_at_another_topic_is_asked_about() -> None:
    state = say("how do I pause my subscription").state
    assert say("why not the default", state).trace.steps == ()


def test_ordinals_do_not_say_whether_advice_helped() -> None:
    advised = say("how do I change my card")
    assert buttons(advised) == ["solved", "still"]
    for line in ("the first one", "2", "the last"):
        assert say(line, advised.state).trace.route == "puzzle"


def test_what_was_just_said_is_not_the_answer_to_another_question() -> None:
    state = say("I need to pause my subscription").state
    first = say("will I be charged while paused", state)
    second = say("so am I charged while it is paused", first.state)
    assert first.trace.steps
    assert second.trace.steps != first.trace.steps


def test_a_lone_word_of_the_open_topic_gives_way_to_a_topic_in_other_words() -> None:
    state = say("點樣取消", facts=SIGNED_OUT).state
    assert say("即刻退錢畀我", state).topic == "refund"
    assert say("即刻", state).trace.route == "follow up"


def test_an_answer_is_taken_though_its_question_was_not_shown() -> None:
    state = say("I can't open the billing portal, I am signed in").state
    blank = say("it opens but blank white page", state)
    assert blank.trace.route in {"answer", "follow up"}
    assert blank.trace.steps


def test_card_numbers_are_answered_with_a_warning_and_never_with_themselves() -> None:
    for line in ("4242424242424242", "my card is 4242 4242 4242 4242 cvc 123, change it please"):
        decision = say(line)
        assert text_of(decision).startswith("Please don’t send card numbers")
        assert "4242 4242" not in str(decision)
        assert "4242424242424242" not in str(decision)
    assert text_of(say("•••• 4242")).startswith("Please don’t send card numbers")


def test_facts_are_looked_at_again_once_it_is_done() -> None:
    bad = known(diagnosis="insufficient_funds", card="valid")
    state = say("my card was declined", facts=bad).state
    well = known(diagnosis="none", invoice="none", card="valid")
    assert say("done", state, well).trace.steps == ("card_declined/fine",)
    assert buttons(say("done", state, bad)) == ["solved", "still"]


def test_a_few_words_without_sense_are_asked_about_once() -> None:
    state = say("how do I cancel my subscription").state
    puzzled = say("purple elephants", state)
    assert puzzled.trace.route == "puzzle"
    assert buttons(puzzled) == ["solved", "still", "topic:talk_to_human"]
    assert say("green ones", puzzled.state).trace.route == "miss"


def test_it_says_what_it_is_and_is_not() -> None:
    assert "not a person" in text_of(say("are you a bot?"))
    assert "不是真人" in text_of(say("你係咩嚟㗎"))
