"""`helpcenter search-report`: lists, nearest articles, and patches that can be applied."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from helpcenter.cli.main import app
from helpcenter.db.engine import open_database
from helpcenter.db.migrate import upgrade
from helpcenter.i18n.locale import Locale
from helpcenter.search import log
from helpcenter.search.log import Searched
from tests.factories import CONTENT

RUN = CliRunner()
EN, ZH = Locale("en"), Locale("zh_HK")
TODAY = datetime.now(UTC).date()


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    site = tmp_path / "site"
    shutil.copytree(CONTENT, site, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setenv("HELPCENTER_CONTENT", str(site))
    monkeypatch.setenv("HELPCENTER_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return site


@pytest.fixture
def searched(content: Path) -> Path:
    """Content, and a database in which people have searched it."""
    some: list[tuple[str, Locale, int, int]] = [
        ("kettle", EN, 2, 3),
        ("Kettle", EN, 2, 1),
        ("whistle kettle wont", EN, 0, 2),
        ("descale kettles", EN, 3, 2),
        ("xylophone", EN, 0, 1),
        ("除垢", ZH, 0, 1),
    ]
    noted = [
        Searched(f"{query} {n}", TODAY, locale, query, hits)
        for query, locale, hits, times in some
        for n in range(times)
    ]
    old = Searched("old", TODAY - timedelta(days=40), EN, "old", 0)
    keep(content, [*noted, old], {"kettle 0": 1, "Kettle 0": 2})
    return content


def keep(content: Path, noted: Iterable[Searched], clicks: dict[str, int]) -> None:
    with closing(open_database(None, content.parent / "data")) as database:
        upgrade(database)
        database.write_sync(lambda conn: log.keep(conn, noted, clicks))


def run(*arguments: str) -> str:
    result = RUN.invoke(app, ["search-report", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def told(*arguments: str) -> Any:
    return json.loads(run("--json", *arguments))


@pytest.mark.full
@pytest.mark.usefixtures("searched")
def test_queries_are_counted_by_what_search_takes_for_the_same() -> None:
    report = told()
    assert (report["searches"], report["in_vain"]) == (10, 4)
    assert report["top"][0] == {
        "query": "kettle",
        "locale": "en",
        "times": 4,
        "in_vain": 0,
        "opened": 2,
    }
    vain = [(one["query"], one["times"]) for one in report["found_nothing"]]
    assert vain == [("whistle kettle wont", 2), ("xylophone", 1), ("除垢", 1)]
    assert [one["query"] for one in report["opened_nothing"]] == ["descale kettles"]
    assert told("--since", "50d")["searches"] == 11
    assert [one["query"] for one in told("--locale", "zh-HK")["top"]] == ["除垢"]
    assert len(told("--limit", "1")["found_nothing"]) == 1


def test_the_patches_can_be_applied_and_mend_the_search(searched: Path) -> None:
    whistle, xylophone, _ = told()["found_nothing"]
    assert whistle["near"]["slug"] == "kettle-will-not-whistle"
    assert (xylophone["near"], xylophone["patches"]) == (None, {})
    for diff in whistle["patches"].values():
        subprocess.run(["git", "apply"], cwd=searched, input=diff, text=True, check=True)  # noqa: S607 - found on PATH on purpose
    article = (searched / "articles/en/brewing/kettle-will-not-whistle.md").read_text("utf-8")
    assert '"whistle kettle wont"]' in article
    synonyms = (searched / "i18n/en/synonyms.txt").read_text("utf-8")
    assert f"whistle kettle wont => {whistle['near']['phrase']}\n" in synonyms


@pytest.mark.usefixtures("searched")
def test_people_read_it_as_lists() -> None:
    text = run()
    assert text.startswith("10 searches since ")
    assert "     4  en     kettle  opened 2" in text
    assert "no article is near: perhaps one is missing" in text
    assert "+++ b/articles/en/brewing/kettle-will-not-whistle.md" in text


def test_what_cannot_be_asked_is_said(content: Path) -> None:
    for arguments, code, said in (
        (["--since", "soon"], 2, "no span"),
        (["--locale", "fr"], 2, "No articles in `fr`"),
        ([], 3, "Nobody has searched yet"),
    ):
        result = RUN.invoke(app, ["search-report", *arguments])
        assert (result.exit_code, said in result.output) == (code, True), result.output
