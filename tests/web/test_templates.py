"""Templates: each compiles, has a title and the house's form."""

import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from helpcenter.web.templating import FOLDER, make_environment

TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*"))
PAGES = [
    name for name in TEMPLATES if name.endswith(".html") and not Path(name).name.startswith("_")
]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(name: str) -> None:
    assert make_environment().get_template(name).name == name


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title(name: str) -> None:
    template = make_environment().get_template(name)
    source = (FOLDER / name).read_text("utf-8")
    assert "<title>" in source or "{% extends" in source
    assert "{% extends" not in source or "main" in template.blocks


@pytest.mark.parametrize("name", PAGES)
def test_no_style_or_script_stands_in_a_page(name: str) -> None:
    source = (FOLDER / name).read_text("utf-8")
    assert " style=" not in source
    assert " onclick=" not in source
    assert "<style" not in source


def test_a_name_nobody_gave_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        make_environment().from_string("{{ nobody }}").render()


def test_text_is_escaped() -> None:
    rendered = make_environment().from_string("{{ text }}").render(text="<b>&")
    assert rendered == "&lt;b&gt;&amp;"


@pytest.mark.parametrize("mode", ["--check", "--lint"])
def test_templates_have_the_houses_form(mode: str) -> None:
    djlint = Path(sys.executable).with_name("djlint")
    done = subprocess.run(
        [djlint, FOLDER, mode, "--quiet"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
