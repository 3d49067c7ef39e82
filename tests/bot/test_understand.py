"""Understanding: what a line is about, in whichever language, and why."""

import pytest

from helpcenter.bot.lexicon import MAX_TEXT
from helpcenter.bot.playbook import heard
from helpcenter.bot.scoring import PERHAPS
from helpcenter.bot.settling import SURE
from helpcenter.bot.topics import OUT_OF_SCOPE
from helpcenter.bot.understand import Understanding, understand
from helpcenter.i18n.locale import Locale
from tests.bot.shipped import EN, ZH, playbook


def seen(text: str, locale: Locale = EN, wish: Locale | None = None) -> Understanding:
    return understand(text, playbook(), locale, wish)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("MY MASTERCARD WAS REFUSED", "card_declined"),
        ("my crad was declnied", "card_declined"),
        ("張 visa 俾人 reject 咗", "card_declined"),
        ("付款卡被拒绝", "card_declined"),
        ("😭💳 declined", "card_declined"),
        ("ＭＹ　ＣＡＲＤ　ＷＡＳ　ＤＥＣＬＩＮＥＤ", "card_declined"),
        ("update 唔到張咭", "update_not_saving"),
        ("update m dou zoeng card", "update_not_saving"),
        ("the portal link has expired", "cannot_access_portal"),
        ("想轉過另一張卡扣數", "update_payment_method"),
        ("i can't get hold of a human", "talk_to_human"),
        ("zou san", "greeting"),
        ("thx!!", "thanks"),
        ("my sim card was declined by customs", OUT_OF_SCOPE),
        ("我去食飯打卡", OUT_OF_SCOPE),
        ("what is the capital of France", OUT_OF_SCOPE),
        ("", OUT_OF_SCOPE),
    ],
)
def test_lines_in_any_writing_find_their_topic(text: str, topic: str) -> None:
    assert seen(text, ZH).best == topic


@pytest.mark.parametrize(
    ("text", "not_topic"),
    [
        ("my card wasn't declined", "card_declined"),
        ("張卡冇被拒絕", "card_declined"),
        ("I don't want to change my card", "update_payment_method"),
        ("我唔想換卡", "update_payment_method"),
        ("I do not need a human", "talk_to_human"),
    ],
)
def test_a_negated_line_is_not_about_what_it_denies(text: str, not_topic: str) -> None:
    understood = seen(text)
    assert not_topic not in understood.topics
    assert any(
        evidence.dropped == "negated"
        for candidate in understood.candidates
        if candidate.topic == not_topic
        for evidence in candidate.evidence
    )


def test_a_question_of_the_form_yes_or_no_is_no_negation() -> None:
    assert seen("改唔改到信用卡？換唔換得張卡").best == "update_payment_method"


def test_not_knowing_how_is_no_negation() -> None:
    assert seen("I don't know how to change my card").topics == ("update_payment_method",)


def test_evidence_points_into_the_original_text() -> None:
    text = "  ﷺ ½ 張ＣＡＲＤ俾人 DECLINED 咗"
    evidence = seen(text).candidates[0].evidence[0]
    assert evidence.rule.startswith("card_declined.recognise.")
    assert [text[start:end] for _, start, end in evidence.words] == [
        w for w, _, _ in evidence.words
    ]
    assert "ＣＡＲＤ" in {words for words, _, _ in evidence.words}


def test_only_unknown_latin_words_are_repaired_and_it_is_on_record() -> None:
    understood = seen("my paymnet methd, plaese chnage it")
    assert {(r.written, r.read) for r in understood.repairs} >= {
        ("paymnet", "payment"),
        ("chnage", "change"),
    }
    assert not seen("please take care of the cart").repairs
    assert not seen("我想換咔").repairs


def test_two_questions_come_in_the_order_of_the_line() -> None:
    understood = seen("The portal link expired. Also, my card was declined for insufficient funds.")
    assert understood.topics == ("cannot_access_portal", "card_declined")
    assert understood.best == "cannot_access_portal"


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("I'd like to cancel and get a refund", ("cancel_subscription", "refund")),
        ("請問 refund 要幾耐同埋點 cancel", ("refund", "cancel_subscription")),
        ("張卡過期咗，順便想問點樣降級", ("card_expiring", "change_plan")),
        ("How do I change my address? Can I get a refund?", ("billing_address", "refund")),
        ("I lost my card and need a new one charged", ("compromised_card",)),
    ],
)
def test_two_questions_need_a_joiner_or_must_both_be_asked(
    text: str, topics: tuple[str, ...]
) -> None:
    assert seen(text).topics == topics


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I don't want to cancel, I just want to pause for a month", "pause_subscription"),
        ("我唔係想取消，我想暫停", "pause_subscription"),
        ("I can't cancel my plan", "cancel_subscription"),
        ("why isn't my refund here", "refund"),
        ("I didn't lose my card, it was declined", "card_declined"),
    ],
)
def test_what_is_denied_says_nothing_and_what_fails_is_not_denied(text: str, topic: str) -> None:
    assert seen(text).topics == (topic,)


@pytest.mark.parametrize(
    "text",
    [
        "the cash machine kept my card",
        "I need a loan to pay my card",
        "are you a real person",
        "how do I transfer money to my sister",
        "我想申請信用卡",
    ],
)
def test_what_lies_near_our_topics_is_out_of_scope(text: str) -> None:
    understood = seen(text)
    assert (understood.topics, understood.unsure) == ((), ())
    assert understood.candidates[0].topic == OUT_OF_SCOPE
    assert understood.candidates[0].evidence[0].rule.startswith("out_of_scope.")


def test_a_lone_word_counts_only_where_the_line_says_little_else() -> None:
    assert seen("declined").topics == ("card_declined",)
    assert seen("my invitation to the gardening club was declined").topics == ()


def test_an_unsure_line_asks_back_and_still_names_the_best() -> None:
    understood = seen("my passcode was denied")
    assert understood.topics == ()
    assert understood.unsure == ("card_declined",)
    assert PERHAPS <= understood.candidates[0].score < SURE
    assert understood.best == "card_declined"


def test_hello_gives_way_to_the_question() -> None:
    assert seen("hello, good morning, my card was declined").topics == ("card_declined",)


@pytest.mark.parametrize(
    ("text", "conversation", "reply"),
    [
        ("我想換卡", EN, ZH),
        ("换卡", EN, ZH),
        ("ngo m ji dim gai", EN, ZH),
        ("card m dak", EN, ZH),
        ("my card was declined", ZH, EN),
        ("card declined", ZH, ZH),
        ("card declined", EN, EN),
        ("👍", ZH, ZH),
        ("4242", ZH, ZH),
        ("Visa 卡 was declined today", EN, ZH),
    ],
)
def test_the_language_of_a_reply(text: str, conversation: Locale, reply: Locale) -> None:
    assert seen(text, conversation).locale == reply


def test_a_wish_for_a_language_holds_until_the_next() -> None:
    wished = seen("in English please, 唔該", ZH)
    assert (wished.locale, wished.wish) == (EN, EN)
    held = seen("我張卡被拒", ZH, EN)
    assert (held.locale, held.wish) == (EN, EN)
    assert seen("用中文", EN, EN).wish == ZH


def test_a_very_long_line_is_understood_by_its_beginning() -> None:
    understood = seen("my card was declined. " + "x " * 60_000)
    assert understood.truncated
    assert understood.topics == ("card_declined",)
    assert not seen("x" * MAX_TEXT).truncated


def test_an_answer_is_heard_beside_the_topic() -> None:
    understood = seen("declined because of insufficient funds on my card")
    assert "card_declined/reason/funds" in understood.answers


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("唔想要喇 想取消", "cancel_subscription"),
        ("我唔想轉plan 我想取消", "cancel_subscription"),
        ("我唔想取消", OUT_OF_SCOPE),
        ("I don't want to pause I want to cancel my subscription", "cancel_subscription"),
    ],
)
def test_a_wish_ends_the_denial_before_it(text: str, topic: str) -> None:
    assert understand(text, playbook(), ZH).best == topic


def test_a_no_that_holds_the_word_for_yes_is_no_yes() -> None:
    seen = understand("唔好", playbook(), ZH)
    assert seen.hears == seen.bare == {heard("no")}
