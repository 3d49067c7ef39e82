import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpcenter.cli.main import app
from helpcenter.settings import Settings, read

RUN = CliRunner()


def test_a_new_site_passes_check(tmp_path: Path) -> None:
    site = tmp_path / "mine"
    made = RUN.invoke(app, ["init", str(site)])
    assert made.exit_code == 0, made.stderr
    assert str(site / "README.md") in made.stdout
    assert (site / "articles/en").is_dir()
    assert (site / "articles/_media").is_dir()
    assert not (site / "articles/README.md").exists()
    checked = RUN.invoke(app, ["check", "--content", str(site)])
    assert checked.exit_code == 0, checked.stdout
    assert "no errors, " in checked.stdout


@pytest.mark.full
def test_its_readme_begins_with_what_is_there_and_its_example_is_an_article(tmp_path: Path) -> None:
    site = tmp_path / "mine"
    RUN.invoke(app, ["init", str(site)])
    words = (site / "README.md").read_text("utf-8")
    for named in re.findall(r"`((?:articles|helpcenter)[\w/.-]*\.(?:md|toml|yaml))`", words):
        assert (site / named).is_file(), named
    (example,) = re.findall(r"```markdown\n(.*?)```", words, re.DOTALL)
    (site / "articles/en/getting-started/pour.md").write_text(example, "utf-8")
    checked = RUN.invoke(app, ["check", "--content", str(site)])
    assert checked.exit_code == 0, checked.stdout
    about = [line for line in checked.stdout.splitlines() if "pour.md" in line]
    assert {line.split(": ")[1] for line in about} == {"missing_translation", "orphan"}


def test_its_settings_change_nothing_until_somebody_does(tmp_path: Path) -> None:
    site = tmp_path / "mine"
    RUN.invoke(app, ["init", str(site)])
    assert read({}, content=str(site)) == read({}).model_copy(update={"content": site})
    file = site / "helpcenter.toml"
    opened = re.sub(r"(?m)^# (?=\w+ = )", "", file.read_text("utf-8"))
    named = set(tomllib.loads(opened))
    secret = {name.lower() for name in re.findall(r"HELPCENTER_(\w+)", opened.split("Secrets")[1])}
    assert named | secret | {"content"} == set(Settings.model_fields)
    assert not named & secret
    file.write_text('product = "Mine"\n', "utf-8")
    assert read({}, content=str(site)).product == {"en": "Mine"}


def test_an_empty_folder_will_do_and_a_filled_one_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert RUN.invoke(app, ["init", str(tmp_path / "empty")]).exit_code == 0
    (tmp_path / "full").mkdir()
    (tmp_path / "full/diary.txt").write_text("Dear diary")
    for taken in (tmp_path / "full", tmp_path / "full/diary.txt"):
        refused = RUN.invoke(app, ["init", str(taken)])
        assert refused.exit_code == 2
        assert "not empty" in refused.stderr
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["diary.txt"]
