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


@pytest.mark.full
def test_json_is_what_the_api_answers() -> None:
    result = RUN.invoke(app, ["search", "信用咭結餘不足", "--locale", "zh-HK", "--json"])
    answer = json.loads(result.stdout)
    assert list(answer) == ["search_id", "query", "locale", "total", "corrected", "hits"]
    assert (answer["query"], answer["locale"]) == ("信用咭結餘不足", "zh-HK")
    assert answer["hits"][0]["slug"] == "bank-blocks-payments"
    assert "<mark>" in answer["hits"][0]["snippet_html"]


def test_people_get_a_list() -> None:
    result = RUN.invoke(app, ["search", "my card was declned"])
    assert "Showing results for my card was declined" in result.stdout
    assert "1. Your card was declined" in result.stdout
    assert "/en/articles/card-declined" in result.stdout
    assert "<mark>" not in result.stdout


def test_nothing_found_is_said() -> None:
    result = RUN.invoke(app, ["search", "xylophone"])
    assert result.exit_code == 0
    assert "Nothing found for “xylophone”." in result.stdout


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    result = RUN.invoke(app, ["search", "card", "--locale", "fr"])
    assert result.exit_code == 2
    assert "en, zh-HK" in result.stderr


@pytest.mark.full
def test_an_index_can_be_built_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPCENTER_DATA", str(tmp_path))
    for _ in range(2):
        result = RUN.invoke(app, ["reindex"])
        assert result.exit_code == 0
        assert f"articles are indexed in {tmp_path / 'search'}" in result.stdout
    assert len(list((tmp_path / "search").iterdir())) == 1
