import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpcenter.cli.main import app
from tests.factories import ARTICLE, CATEGORY, CONTENT, folder

RUN = CliRunner()
TEA = "articles/en/drinks/tea.md"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        "articles/en/drinks/_index.md": CATEGORY,
        TEA: ARTICLE + "one\n<b>two</b>\n",
    }
    return folder(tmp_path, files).path


def test_errors_come_with_file_and_line_and_an_exit_code(broken: Path) -> None:
    result = RUN.invoke(app, ["check", "--content", str(broken)])
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "Errors:"
    assert lines[1].startswith(f"{TEA}:7: raw_html: raw HTML (`<b`)")
    assert lines[-1].startswith("1 error, ")


def test_warnings_alone_are_no_failure() -> None:
    result = RUN.invoke(app, ["check", "--content", str(CONTENT)])
    assert result.exit_code == 0
    assert result.stdout.startswith("Warnings:\n")
    assert "no errors, " in result.stdout


def test_json_is_for_machines(broken: Path) -> None:
    result = RUN.invoke(app, ["check", "--content", str(broken), "--json"])
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["errors"] == 1
    assert answer["warnings"] == len(answer["problems"]) - 1
    (problem,) = [one for one in answer["problems"] if one["severity"] == "error"]
    assert (problem["file"], problem["line"], problem["code"]) == (TEA, 7, "raw_html")


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    result = RUN.invoke(app, ["check", "--content", str(tmp_path / "absent")])
    assert result.exit_code == 3
    assert "this is no folder" in result.stderr
