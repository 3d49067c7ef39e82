import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpcenter.cli.main import app
from tests.factories import folder

RUN = CliRunner()


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("docs")
    files: dict[str, str | bytes] = {
        "from/en/tea/pour.md": "# Pour\n\nOpen the lid. [Gone](gone.md)\n",
        "from/fr/tea/pour.md": "# Verser\n\nOuvrez.\n",
        "from/zh-CN/tea/pour.md": "# 倒水\n\n打开。\n",
        "guide.json": json.dumps({"articles": [{"id": 1, "title": "Boil", "body": "<p>b</p>"}]}),
        "empty/readme.txt": "nothing",
    }
    return folder(path, files).path


@pytest.mark.full
def test_what_is_brought_in_passes_check_in_whatever_languages(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    made = RUN.invoke(app, ["import", "markdown", str(docs / "from"), "--into", str(site)])
    assert made.exit_code == 0, made.output
    assert "en/tea/pour.md:3: link_left_out: the link `gone.md`" in made.stdout
    assert "3 articles and 0 pictures" in made.stdout
    assert (site / "helpcenter.toml").is_file()
    added = ["import", "zendesk", str(docs / "guide.json"), "--into", str(site), "--json"]
    told = json.loads(RUN.invoke(app, added).stdout)
    assert (told["articles"], told["problems"]) == (1, [])
    checked = RUN.invoke(app, ["check", "--content", str(site)])
    assert checked.exit_code == 0, checked.stdout
    monkeypatch.setenv("HELPCENTER_CONTENT", str(site))
    asked = RUN.invoke(app, ["ask", "hello"])
    assert asked.exit_code == 0, asked.output


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["markdown", "absent"], 2, "is no folder"),
        (["zendesk", "absent"], 2, "is not there"),
        (["markdown", "empty"], 1, "Nothing was found"),
        (["zendesk", "empty"], 1, "Nothing was found"),
        (["markdown", "from", "--locale", "xx-unknown"], 2, "is no language"),
    ],
)
def test_what_cannot_be_brought_in_is_told(
    docs: Path, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    verb, path, *rest = arguments
    result = RUN.invoke(
        app, ["import", verb, str(docs / path), *rest, "--into", str(tmp_path / "site")]
    )
    assert result.exit_code == code, result.output
    assert says in result.stderr
    assert not (tmp_path / "site").exists()


def test_a_place_that_cannot_be_written_to_is_told(docs: Path) -> None:
    taken = docs / "guide.json"
    result = RUN.invoke(app, ["import", "markdown", str(docs / "from"), "--into", str(taken)])
    assert result.exit_code == 2
    assert "cannot be written to" in result.stderr
