"""`ask`, `chat` and `bot`: what a terminal and a script get."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from sqlalchemy import insert
from typer.testing import CliRunner

from helpcenter.cli.main import app
from helpcenter.conversations import feed
from helpcenter.conversations.model import BOT, Draft
from helpcenter.conversations.parts import Text
from helpcenter.db.engine import open_database
from helpcenter.db.migrate import upgrade
from helpcenter.i18n.locale import SOURCE
from helpcenter.identity.tables import customers
from helpcenter.sandbox.faults import Fault
from helpcenter.sandbox.server import Sandbox, start_sandbox
from tests.conversations.talks import NOON, say, talk

RUN = CliRunner()
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.full
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


def test_ask_as_a_sandbox_customer_knows_the_true_reason() -> None:
    result = RUN.invoke(app, ["ask", "why was my card declined?", "--as", "Pip", "--json"])
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    text = answer["reply"][0]["text"]
    assert "Your Visa ending 9995 was declined on" in text
    assert "insufficient funds (HK$128.00); the next try is on" in text
    assert answer["offers"] == [
        {"flow": "payment_method_update", "label": "Use another card"},
        {"flow": "pay_invoice", "label": "Pay now"},
    ]
    facts = {fact["name"]: fact for fact in answer["trace"]["facts"]}
    assert facts["diagnosis"]["value"] == "insufficient_funds"
    assert facts["card"]["value"] == "Visa ending 9995"
    assert datetime.fromisoformat(facts["diagnosis"]["fetched_at"]).tzinfo is not None
    assert 0 <= facts["diagnosis"]["age"] < 60
    assert "http" not in result.stdout


@pytest.mark.full
@pytest.mark.parametrize("name", ["barnaby", "user-barnaby", "cus_sandboxBarnaby"])
def test_a_sandbox_customer_goes_by_three_names(name: str) -> None:
    result = RUN.invoke(app, ["ask", "張卡被拒", "--as", name, "--locale", "zh-HK"])
    assert "Mastercard（尾號 5100）" in result.stdout
    assert "portal_home" in result.stdout
    assert "fact diagnosis: subscription_own_card (0 s old)" in result.stdout


@pytest.mark.full
@pytest.mark.parametrize("verb", [["ask", "hello"], ["chat"]])
def test_a_name_nobody_has_is_answered_with_those_there_are(verb: list[str]) -> None:
    result = RUN.invoke(app, [*verb, "--as", "Zog"])
    assert result.exit_code == 2
    assert "Pip, Marigold, Juniper, Barnaby, Wren, Sunny" in result.stderr


@pytest.mark.full
def test_chat_as_a_customer_remembers_who_it_is() -> None:
    lines = "how do I change my card\nit still doesn't work\nmy card was declined\n"
    result = RUN.invoke(app, ["chat", "--as", "Juniper"], input=lines)
    assert result.exit_code == 0
    assert "Visa ending 4242 is saved, but your Visa ending 1881 is still the default" in (
        result.stdout
    )
    assert "Visa ending 1881 has expired but is still the default" in result.stdout


def test_asking_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPCENTER_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    assert RUN.invoke(app, ["ask", "card declined", "--as", "Sunny"]).exit_code == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.full
def test_asking_as_nobody_in_particular_never_loads_stripe() -> None:
    code = (
        "import sys\nfrom helpcenter.cli.main import app\n"
        "app(['ask', 'my card was declined'], standalone_mode=False)\n"
        "loaded = {'stripe', 'helpcenter.sandbox', 'starlette'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


@pytest.fixture
def stripe_at_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """Settings that name a Stripe of their own, and an empty database."""
    with start_sandbox() as sandbox:
        monkeypatch.setenv("HELPCENTER_STRIPE_KEY", sandbox.config.restricted_key)
        monkeypatch.setenv("HELPCENTER_STRIPE_API_BASE", sandbox.wiring.stripe_url)
        monkeypatch.setenv("HELPCENTER_DATA", str(tmp_path / "data"))
        yield sandbox


@pytest.mark.full
def test_with_a_key_stripe_itself_is_asked(stripe_at_hand: Sandbox, tmp_path: Path) -> None:
    ask = ["ask", "my card was declined", "--as"]
    by_id = RUN.invoke(app, [*ask, "cus_sandboxMarigold"])
    assert "Mastercard ending 4444 has expired" in by_id.stdout
    strange = RUN.invoke(app, [*ask, "Marigold"])
    assert strange.exit_code == 2
    assert "`Marigold` is no customer: give a `cus_…`" in strange.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.full
def test_with_a_key_a_sub_is_looked_up_among_those_who_signed_in(
    stripe_at_hand: Sandbox, tmp_path: Path
) -> None:
    database = open_database(None, tmp_path / "data")
    upgrade(database)
    row = {"sub": "u-7", "stripe_customer": "cus_sandboxPip", "zoneinfo": "America/New_York"}
    filler = {"created": NOW, "claimed_at": NOW}
    database.write_sync(lambda conn: conn.execute(insert(customers).values(**row, **filler)))
    database.close()
    ask = ["ask", "my card was declined", "--as"]
    assert "Visa ending 9995" in RUN.invoke(app, [*ask, "u-7"]).stdout
    assert RUN.invoke(app, [*ask, "u-8"]).exit_code == 2


@pytest.mark.full
def test_with_stripe_down_it_says_so(stripe_at_hand: Sandbox) -> None:
    stripe_at_hand.faults.add(Fault("error", times=100))
    result = RUN.invoke(app, ["ask", "my card was declined", "--as", "cus_sandboxPip"])
    assert "can’t look at your payments right now" in result.stdout
    assert "fact facts: stripe_down" in result.stdout
    assert "stripe_refused" not in result.stdout
    assert "stripe_refused" in result.stderr


@pytest.mark.parametrize("flags", [pytest.param([], marks=pytest.mark.full), ["--verbose"]])
def test_what_is_logged_stays_out_of_a_talk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: list[str]
) -> None:
    monkeypatch.setenv("HELPCENTER_STRIPE_KEY", "rk_test_x1234567890")
    monkeypatch.setenv("HELPCENTER_STRIPE_API_BASE", "http://127.0.0.1:9")
    monkeypatch.setenv("HELPCENTER_DATA", str(tmp_path))
    before = structlog.get_config()
    chat = ["chat", "--as", "cus_sandboxPip", *flags]
    said = RUN.invoke(app, chat, input="my card was declined\n")
    assert "can’t look at your payments right now" in said.stdout
    assert "stripe_refused" not in said.stdout
    assert ("stripe_refused" in said.stderr) is bool(flags)
    assert structlog.get_config() == before


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
    assert "route puzzle" in result.stdout
    assert "never" not in result.stdout


def test_chat_ends_with_its_input() -> None:
    assert RUN.invoke(app, ["chat"], input="hello\n").exit_code == 0


@pytest.mark.full
def test_bot_test_holds_the_conversations_of_a_file() -> None:
    for named in ("talking.yaml", "/x/bot/conversations/talking.yaml"):
        result = RUN.invoke(app, ["bot", "test", named])
        assert result.exit_code == 0
        assert "0 failures" in result.stdout
        assert "Never" not in result.stdout
    short = RUN.invoke(app, ["bot", "test", "talking.yaml", "--cover", "95"])
    assert short.exit_code == 1
    assert "Less than 95%" in short.stdout
    for unknown in ("none.yaml", "other/talking.yaml"):
        result = RUN.invoke(app, ["bot", "test", unknown])
        assert result.exit_code == 2
        assert "no conversation stands in these files" in result.stderr


@pytest.mark.full
def test_bot_test_fails_with_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bot" / "conversations"
    folder.mkdir(parents=True)
    turn = "{ line: hi, topic: thanks }"
    text = f"conversations:\n  - name: x\n    locale: en\n    turns:\n      - {turn}\n"
    (folder / "mine.yaml").write_text(text, "utf-8")
    monkeypatch.setenv("HELPCENTER_CONTENT", str(tmp_path))
    result = RUN.invoke(app, ["bot", "test", "mine.yaml"])
    assert result.exit_code == 1
    assert "bot/conversations/mine.yaml:5: 'hi': topic is greeting, not thanks" in result.stdout


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.full
def test_a_talk_can_be_saved_as_a_test_and_added_to(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    for lines in ("my card was declined\n1\n", "張卡被拒\n"):
        assert RUN.invoke(app, ["chat", "--save", str(file)], input=lines).exit_code == 0
    text = file.read_text("utf-8")
    assert text.count("conversations:") == 1
    assert '{ choice: "card_declined/reason/funds", step: "card_declined/funds"' in text
    assert '{ line: "張卡被拒", topic: "card_declined"' in text


@pytest.mark.full
def test_what_was_not_understood_needs_a_database_and_shows_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELPCENTER_DATA", str(tmp_path / "data"))
    assert "no database" in RUN.invoke(app, ["bot", "unmatched"]).stderr
    assert RUN.invoke(app, ["bot", "unmatched", "--since", "soon"]).exit_code == 2
    database = open_database(None, tmp_path / "data")
    upgrade(database)
    made = talk(database)
    line = say(database, made, "my passcode was denied")
    reply = Draft(BOT, SOURCE, (Text("?"),), trace={"line": line.seq, "route": "ask back"})
    database.write_sync(lambda conn: feed.append(conn, made.id, reply, NOON))
    database.close()
    stubs = tmp_path / "stubs.yaml"
    since = ["--since", "2020-01-01"]
    shown = RUN.invoke(app, ["bot", "unmatched", *since, "--stubs", str(stubs)])
    assert "card_declined" in shown.stdout
    assert 'line: "my passcode was denied"' in stubs.read_text("utf-8")
    rows = json.loads(RUN.invoke(app, ["bot", "unmatched", *since, "--json"]).stdout)
    assert rows == [
        {"text": "my passcode was denied", "locale": "en", "times": 1, "nearest": "card_declined"}
    ]
