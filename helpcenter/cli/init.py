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

## Begin here

1. Run it, and leave it running:

       helpcenter serve --reload --content .

   Open http://127.0.0.1:8000/. A page reloads itself when you save a file; a mistake shows as a
   panel with file and line, and the last good words stay.
2. In `helpcenter.toml`, take the `# ` away before `product` and write your name, and what your
   customers buy before `credits`. Every article says it at once.
3. Open `articles/en/getting-started/welcome.md`, change a sentence, save, look.
4. Read the articles through. They are yours altogether: change what is different at your
   company, delete what you do not have, add what is missing.
5. Before you publish:

       helpcenter check --content .

   It names every broken link, missing picture and section without a translation, and how to mend
   it. `--fix` mends what is safe.

## Write an article

Make a file `articles/en/<category>/<slug>.md`; the slug becomes the address.

```markdown
---
title: Pour without spilling
summary: Hold the lid and tilt the pot slowly.
updated: 2026-11-22
---

One sentence that solves it for most readers.

## Steps {#steps}

1. Hold the lid.
2. Tilt the pot.

> [!TIP]
> Shorter steps are read, longer ones are not.
```

- A translation has the same name below another language, `articles/zh_HK/…`, and the same `{#ids}`.
- A category is a folder with an `_index.md` of `title` and `summary`.
- Pictures lie in `articles/_media/<slug>/<language>/` and are named without a path: `![what it
  shows](step.png)`.
- When you rename an article, write `old-slug: new-slug` into `articles/redirects.yaml`.
- `helpcenter translations --content .` shows what has changed since it was translated.
- `helpcenter import markdown DIR --into .` and `helpcenter import zendesk EXPORT --into .` bring
  the articles of another help centre in.

## What else lies here

- `helpcenter.toml` holds the settings. Secrets belong in the environment.
- `bot/` and `i18n/` are empty: the starter's words are used. A file of the same name put here lies
  over the starter's: `i18n/<locale>/LC_MESSAGES/messages.po` and `bot/vocabulary/` entry by entry,
  `bot/topics/<topic>.yaml` as a whole (`off: true` removes a topic).
"""


def init(folder: Annotated[Path, typer.Argument(help="A new or empty folder.")]) -> None:
    """Make a site of your own: articles to change, settings to fill in, a README."""
    from helpcenter.content.roots import starter

    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        fail(f"{folder} is not empty: name a new folder, nothing has been changed.", Exit.USAGE)
    with explained():
        begin(folder)
        # Its README is for those who make the starter, with its scripts and docs.
        hidden = shutil.ignore_patterns(".*", "*~", "README.md")
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
