"""`bot eval`: the arithmetic, and labelled files that are not what they should be."""

import pytest

from helpcenter.bot.evaluation import evaluate, read_labelled
from helpcenter.content.problems import ContentError
from tests.bot.shipped import playbook

ROWS = """
{"text": "my card was declined", "intent": "card_declined", "license": "own"}
{"text": "my card was declined", "intent": "refund", "alt": ["card_declined"]}
{"text": "hello", "intent": "thanks"}

{"text": "tell me a joke", "intent": "out_of_scope"}
"""


def test_alternatives_count_as_right_and_predictions_keep_their_order() -> None:
    result = evaluate(playbook(), read_labelled(ROWS, "rows"))
    assert (result.lines, result.accuracy) == (4, 0.75)
    assert result.predictions == ("card_declined", "card_declined", "greeting", "out_of_scope")
    assert result.confusions == (("thanks", "greeting", 1),)
    scores = {score.topic: (score.lines, score.precision, score.recall) for score in result.topics}
    assert scores == {
        "card_declined": (1, 1.0, 1.0),
        "refund": (1, 1.0, 1.0),
        "thanks": (1, None, 0.0),
        "greeting": (0, 0.0, None),
        "out_of_scope": (1, 1.0, 1.0),
    }
    assert result.to_json()["topics"]["thanks"] == {"lines": 1, "precision": None, "recall": 0.0}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 0),
        ("nonsense", 1),
        ("[]", 1),
        ('{"text": "x"}', 1),
        ('{"text": 5, "intent": "refund"}', 1),
        ('\n{"text": "x", "intent": "teapots"}', 2),
        ('{"text": "x", "intent": "refund", "alt": "thanks"}', 1),
        ('{"text": "x", "intent": "refund", "alt": ["teapots"]}', 1),
    ],
)
def test_a_row_that_cannot_be_used_is_said_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ContentError) as caught:
        read_labelled(text, "rows.jsonl")
    assert [(p.file, p.line) for p in caught.value.problems] == [("rows.jsonl", line)]
