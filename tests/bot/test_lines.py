"""Lines as customers write them, frozen before the rules were tuned: the bot keeps its floor."""

from pathlib import Path

import pytest

from helpcenter.bot.evaluation import evaluate, read_labelled
from helpcenter.bot.topics import OUT_OF_SCOPE, TOPIC_IDS
from tests.bot.shipped import playbook


@pytest.mark.parametrize(("name", "floor"), [("lines_en", 0.95), ("lines_zh", 0.95)])
def test_lines_of_many_authors_are_understood(name: str, floor: float) -> None:
    rows = read_labelled((Path(__file__).parent / f"{name}.jsonl").read_text("utf-8"), name)
    assert {row.intent for row in rows} == {*TOPIC_IDS, OUT_OF_SCOPE}
    assert evaluate(playbook(), rows).accuracy >= floor
