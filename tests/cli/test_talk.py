"""`ask`, `chat` and `bot`: what a terminal and a script get."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpcenter.cli.main import app

RUN = CliRunner()


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")


def test_ask_prints_json_for_scripts() -> None:
    result = RUN.invoke(app, ["ask", "條 link 過咗期", "--locale", "zh-HK", "--json"])
    answer = json.loads(result.stdout)
    assert list(answer) == ["topic", "locale", "reply", "offers", "hand_off", "trace"]
    assert (answer["topic"], answer["locale"]) == ("cannot_access_portal", "zh-HK")
    assert {part["type"] for part in answer["reply"]} == {"text", "article", "choices"}
    assert answer["offers"] == [{"flow": "portal_home", "label": "開啟帳單頁面"}]
    evidence = answer["trace"]["candidates"][0]["evidence"][0]
    assert evidence["rule"].startswith("cannot_access_portal.recognise")


def test_ask_tells_people_the_reply_and_why() -> None:
    result = RUN.invoke(app, ["ask", "how do I change my crad"])
    assert "billing portal" in result.stdout
    assert "/en/articles/update-payment-method#change-default-card" in result.stdout
    assert "topic update_payment_method" in result.stdout
    assert "read 'crad' as 'card'" in result.stdout


@pytest.mark.parametrize("verb", [["ask", "hello"], ["chat"]])
def test_an_unknown_language_is_refused_with_those_there_are(verb: list[str]) -> None:
    result = RUN.invoke(app, [*verb, "--locale", "fr"])
    assert result.exit_code == 2
    assert "en, zh-HK" in result.stderr


def test_chat_talks_until_an_empty_line_and_numbers_press_buttons() -> None:
    lines = "my card was declined\n2\n9\n\nnever read\n"
    result = RUN.invoke(app, ["chat", "--trace"], input=lines)
    assert result.exit_code == 0
    assert "card_declined/reason" in result.stdout
    assert "card_declined/limit" in result.stdout
    assert "route miss" in result.stdout
    assert "never" not in result.stdout


def test_chat_ends_with_its_input() -> None:
    assert RUN.invoke(app, ["chat"], input="hello\n").exit_code == 0


def test_bot_test_holds_the_shipped_conversations() -> None:
    result = RUN.invoke(app, ["bot", "test"])
    assert result.exit_code == 0
    assert "0 failures" in result.stdout


def test_bot_test_fails_with_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bot" / "conversations"
    folder.mkdir(parents=True)
    turn = "{ line: hi, topic: thanks }"
    text = f"conversations:\n  - name: x\n    locale: en\n    turns:\n      - {turn}\n"
    (folder / "mine.yaml").write_text(text, "utf-8")
    monkeypatch.setenv("HELPCENTER_CONTENT", str(tmp_path))
    result = RUN.invoke(app, ["bot", "test"])
    assert result.exit_code == 1
    assert "bot/conversations/mine.yaml:5: 'hi': topic is greeting, not thanks" in result.stdout


def test_bot_eval_measures_and_writes_predictions(tmp_path: Path) -> None:
    rows, out = tmp_path / "rows.jsonl", tmp_path / "out.txt"
    rows.write_text(
        '{"text": "唔該", "intent": "thanks"}\n{"text": "hi", "intent": "thanks"}\n', "utf-8"
    )
    result = RUN.invoke(app, ["bot", "eval", str(rows), "--json", "--predictions", str(out)])
    assert json.loads(result.stdout)["accuracy"] == 0.5
    assert out.read_text("utf-8") == "thanks\ngreeting\n"
    told = RUN.invoke(app, ["bot", "eval", str(rows)])
    assert "accuracy 50.0%" in told.stdout
    assert "thanks taken for greeting" in told.stdout


def test_bot_eval_says_what_it_cannot_use(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    assert RUN.invoke(app, ["bot", "eval", str(rows)]).exit_code == 2
    rows.write_text("nonsense", "utf-8")
    result = RUN.invoke(app, ["bot", "eval", str(rows)])
    assert result.exit_code == 3
    assert f"{rows}:1: bad_row" in result.stderr
    rows.write_text('{"text": "x", "intent": "thanks"}', "utf-8")
    result = RUN.invoke(
        app, ["bot", "eval", str(rows), "--predictions", str(tmp_path / "no" / "x")]
    )
    assert result.exit_code == 2
