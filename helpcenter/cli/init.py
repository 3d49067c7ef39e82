"""`helpcenter init`: a content folder of one's own, made from the starter content."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, explained, fail

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_README = """\
# Our help centre

- `articles/` holds what people read: `<locale>/<category>/<slug>.md`, pictures in `_media/`.
  These are yours altogether: change them, delete them, write your own.
- `helpcenter.toml` holds the settings, among them the words for `{{ product }}`.
- `bot/` and `i18n/` are empty: the starter's words are used. A file of the same name put here
  lies over the starter's: `i18n/<locale>/LC_MESSAGES/messages.po` and `bot/vocabulary/` entry by
  entry, `bot/topics/<topic>.yaml` as a whole (`off: true` removes a topic).

Look for mistakes, then look at the result:

    helpcenter check --content .
    helpcenter serve --reload --content .
"""


def init(folder: Annotated[Path, typer.Argument(help="A new or empty folder.")]) -> None:
    """Make a site of your own: articles to change, settings to fill in, a README."""
    from helpcenter.content.roots import starter

    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        fail(f"{folder} is not empty: name a new folder, nothing has been changed.", Exit.USAGE)
    with explained():
        begin(folder)
        hidden = shutil.ignore_patterns(".*", "*~")
        shutil.copytree(
            starter() / "articles", folder / "articles", ignore=hidden, dirs_exist_ok=True
        )
    typer.echo(f"Made {folder}. Read {folder / 'README.md'} next.")


def begin(folder: Path) -> None:
    """Make a site's folder without articles, or complete one; what is there stays as it is."""
    for name in ("articles", "bot", "i18n"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, words in (("helpcenter.toml", _settings()), ("README.md", _README)):
        if not (folder / name).exists():
            (folder / name).write_text(words, "utf-8")


def _settings() -> str:
    """Return a `helpcenter.toml` that names every setting and changes none."""
    from helpcenter.settings import PREFIX, Settings

    lines = [
        "# What you can choose; take away the `# ` before a line to change it.",
        f"# Each can also be given as {PREFIX}<NAME> in the environment, which wins.",
    ]
    secrets = []
    for name, field in Settings.model_fields.items():
        if "SecretStr" in str(field.annotation):
            secrets.append(PREFIX + name.upper())
        elif name != "content":
            lines += ["", f"# {field.description}", f"# {name} = {_toml(field)}"]
    lines += ["", f"# Secrets belong in the environment only: {', '.join(secrets)}."]
    return "\n".join(lines) + "\n"


def _toml(field: "FieldInfo") -> str:
    value = field.get_default(call_default_factory=True)
    if isinstance(value, dict):
        return "{ " + ", ".join(_pairs(value)) + " }" if value else '{ en = "…" }'
    if isinstance(value, int | tuple):
        return json.dumps(value)
    return json.dumps("…" if value is None else str(value), ensure_ascii=False)


def _pairs(table: dict[str, str]) -> Iterator[str]:
    for key, value in table.items():
        yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
