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


@pytest.mark.full
def test_fix_mends_what_is_safe_and_says_so(tmp_path: Path) -> None:
    matter = ARTICLE.removesuffix("---\n")
    files: dict[str, str | bytes] = {
        "articles/en/drinks/_index.md": CATEGORY,
        "articles/zh_HK/drinks/_index.md": CATEGORY,
        TEA: matter + "related: [pot, cup]\n---\n## A\n\n#### B\n",
        "articles/en/drinks/pot.md": matter + "related: [cup]\n---\nPour.\n",
        "articles/en/drinks/cup.md": matter + "related: [pot]\n---\nDrink.\n",
        "articles/en/drinks/lid.md": matter + "related:\n  - tea\n---\nShut.\n",
        "articles/zh_HK/drinks/tea.md": matter + "keywords: [視頻]\n---\n視頻\n",
        "i18n/zh_HK/wording.yaml": "視頻: 影片\n",
    }
    site = folder(tmp_path, files).path
    result = RUN.invoke(app, ["check", "--content", str(site), "--fix", "--json"])
    assert result.exit_code == 0, result.stdout
    told = json.loads(result.stdout)
    assert sorted(one["code"] for one in told["mended"]) == [
        "heading_order",
        "one_way_related",
        "one_way_related",
        "one_way_related",
        "wording",
    ]
    left = {one["code"] for one in told["problems"] if not one["file"].startswith("<")}
    assert not left & {"heading_order", "one_way_related", "wording"}
    assert "related: [pot, cup, lid]\n---\n## A\n\n### B" in (site / TEA).read_text("utf-8")
    assert "related: [cup, tea]" in (site / "articles/en/drinks/pot.md").read_text("utf-8")
    assert "[視頻]\n---\n影片" in (site / "articles/zh_HK/drinks/tea.md").read_text("utf-8")
    again = RUN.invoke(app, ["check", "--content", str(site), "--fix"])
    assert "Mended" not in again.stdout
