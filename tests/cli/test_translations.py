import json
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpcenter.cli.main import app
from tests.factories import CONTENT

RUN = CliRunner()
SOURCE = "articles/en/brewing/kettle-will-not-whistle.md"
ZH = "articles/zh_HK/brewing/kettle-will-not-whistle.md"
SLUG = "kettle-will-not-whistle"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(
        CONTENT, tmp_path / "site", ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )
    monkeypatch.setenv("HELPCENTER_CONTENT", str(tmp_path / "site"))
    monkeypatch.setenv("HELPCENTER_DATA", str(tmp_path / "data"))
    return tmp_path / "site"


@pytest.fixture
def kept(site: Path) -> Path:
    git(site, "init", "-q")
    commit(site)
    return site


def git(site: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Writer", "-c", "user.email=writer@example.org"]
    subprocess.run(["git", "-C", str(site), *who, *arguments], check=True, capture_output=True)  # noqa: S607 - found on PATH on purpose


def commit(site: Path) -> None:
    git(site, "add", ".")
    git(site, "commit", "-q", "-m", "Words.")


def run(*arguments: str) -> str:
    result = RUN.invoke(app, ["translations", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def states() -> dict[str, tuple[str, list[str]]]:
    told = json.loads(run("--json"))["translations"]
    return {one["slug"]: (one["state"], one["sections"]) for one in told}


def edit(site: Path, old: str, new: str, name: str = SOURCE) -> None:
    text = (site / name).read_text("utf-8")
    assert old in text
    (site / name).write_text(text.replace(old, new, 1), "utf-8")


def test_every_article_stands_somewhere(site: Path) -> None:
    found = states()
    assert found[SLUG] == ("stale", ["when-it-leaks"])
    assert found["descale-your-kettle"] == ("missing", [])
    assert found["swap-your-card"] == ("current", [])
    said = run()
    assert said.startswith("zh-HK: 1 of 5 up to date (20 %)\n")
    assert f"  stale     {SLUG}: when-it-leaks" in said
    assert "half-brewed" not in said
    assert run(SLUG).startswith("zh-HK: stale\n  when-it-leaks: ")


def test_marking_records_the_source_as_it_is(site: Path) -> None:
    assert run(SLUG, "--mark") == f"{ZH}: recorded.\n"
    assert states()[SLUG] == ("current", [])
    assert run(SLUG, "--mark") == "Nothing to record.\n"


def test_a_comma_makes_nothing_stale(kept: Path) -> None:
    text = (kept / SOURCE).read_text("utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title: "))
    edit(kept, title, f"{title}!")
    assert states()[SLUG] == ("stale", ["", "when-it-leaks"])
    assert run(SLUG, "--typo") == f"{ZH}: recorded.\n"
    assert states()[SLUG] == ("stale", ["when-it-leaks"])


def test_since_shows_what_changed_after_it_and_how(kept: Path) -> None:
    text = (kept / SOURCE).read_text("utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title: "))
    edit(kept, title, f"{title} at all")
    assert f"stale     {SLUG}" in run("--since", "HEAD")
    assert f"+{title} at all" in run(SLUG, "--since", "HEAD")
    commit(kept)
    assert SLUG not in run("--since", "2090-01-01")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--mark"], "Name one article"),
        ([SLUG, "--mark", "--typo"], "one of --mark and --typo"),
        (["nothing"], "There is no article `nothing`"),
        ([SLUG, "--typo"], "keep the content in git"),
        (["--since", "yesterday"], "no day and no revision"),
        (["--since=--output=x"], "no day and no revision"),
    ],
)
def test_what_cannot_be_done_is_told(site: Path, arguments: list[str], says: str) -> None:
    result = RUN.invoke(app, ["translations", *arguments])
    assert result.exit_code == 2
    assert says in result.stderr
