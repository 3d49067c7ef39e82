import os
from pathlib import Path

import pytest

from helpcenter.content.problems import ContentError, Problem, Report, Severity
from helpcenter.content.roots import (
    MAX_TEXT,
    Root,
    Source,
    find_roots,
    layers,
    listing,
    read_text,
    starter,
)
from tests.factories import folder


def fault(source: Source) -> Problem:
    with pytest.raises(ContentError) as caught:
        read_text(source)
    (problem,) = caught.value.problems
    return problem


def test_without_a_folder_of_its_own_a_site_is_the_starter_content() -> None:
    (root,) = find_roots(None)
    assert root.path == starter()
    assert (root.path / "articles").is_dir()
    assert find_roots(root.path) == (root,)


def test_a_folder_of_its_own_wins_over_the_starter(tmp_path: Path) -> None:
    own, below = find_roots(tmp_path)
    assert (own.path, below.path) == (tmp_path.resolve(), starter())
    assert Source(own, "bot/x.yaml").name == "bot/x.yaml"
    assert Source(below, "bot/x.yaml").name == "<starter>/bot/x.yaml"


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="helpcenter init"):
        find_roots(tmp_path / "absent")


def test_layers_lie_the_starter_first_and_only_where_there_is_a_file(tmp_path: Path) -> None:
    below = folder(tmp_path / "below", {"i18n/x": "1"})
    own = folder(tmp_path / "own", {"i18n/x": "2", "i18n/y": "3"})
    assert [read_text(s) for s in layers([own, below], "i18n/x")] == ["1", "2"]
    assert [s.root for s in layers([own, below], "i18n/y")] == [own]
    assert layers([own, below], "i18n/z") == ()


def test_a_listing_passes_over_what_editors_and_systems_leave(tmp_path: Path) -> None:
    names = ["b.md", "a/c.md", ".DS_Store", ".git/x", "b.md~", "#b.md#", ".b.md.swp", "b.bak"]
    root = folder(tmp_path, {f"articles/{name}": "x" for name in names})
    report = Report()
    assert [s.relative for s in listing(root, "articles", report)] == [
        "articles/a/c.md",
        "articles/b.md",
    ]
    assert report.problems == []
    assert listing(root, "absent", report) == ()


def test_names_nobody_can_type_are_told_and_passed_over(tmp_path: Path) -> None:
    root = folder(tmp_path, {"articles/new\nline.md": "x"})
    os.mkdir(os.fsencode(root.path) + b"/articles/\xff")  # noqa: PTH102 - bytes on purpose
    report = Report()
    assert listing(root, "articles", report) == ()
    assert {p.code for p in report.errors} == {"bad_name"}
    assert "new\\nline.md" in "\n".join(map(str, report.errors))
    "\n".join(map(str, report.errors)).encode()


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/key").write_text("hush")
    root = folder(tmp_path / "site", {"articles/real.md": "ok"})
    (root.path / "articles/out.md").symlink_to(tmp_path / "secret/key")
    (root.path / "articles/inside.md").symlink_to(root.path / "articles/real.md")
    (root.path / "articles/loop.md").symlink_to(root.path / "articles/loop.md")
    (root.path / "articles/gone.md").symlink_to(root.path / "articles/nowhere.md")
    (root.path / "articles/folder").symlink_to(tmp_path / "secret")
    assert fault(Source(root, "articles/out.md")).code == "symlink"
    assert read_text(Source(root, "articles/inside.md")) == "ok"
    assert fault(Source(root, "articles/loop.md")).code == "unreadable"
    assert fault(Source(root, "articles/gone.md")).code == "unreadable"
    assert fault(Source(root, "../secret/key")).code == "symlink"
    report = Report()
    assert not any("key" in s.relative for s in listing(root, "articles", report))
    assert [(p.file, p.code) for p in report.errors] == [("articles/folder", "symlink")]


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    root = folder(tmp_path, {})
    os.mkfifo(root.path / "pipe.md")
    assert fault(Source(root, "pipe.md")).code == "unreadable"


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"one\ntwo \xff\n", "not_utf8", 2),
        ("拿鐵".encode("utf-16"), "not_utf8", 1),
        ("茶".encode("big5"), "not_utf8", 1),
        (b"one\ntwo\nthr\x00ee", "control_character", 3),
        (b"esc \x1b[31m", "control_character", 1),
        (b"x" * (MAX_TEXT + 1), "too_large", 0),
    ],
)
def test_what_is_no_text_is_refused_on_its_line(
    tmp_path: Path, data: bytes, code: str, line: int
) -> None:
    problem = fault(Source(folder(tmp_path, {"a.md": data}), "a.md"))
    assert (problem.file, problem.line, problem.code) == ("a.md", line, code)


def test_marks_and_line_ends_of_other_systems_are_put_right(tmp_path: Path) -> None:
    root = folder(tmp_path, {"a.md": b"\xef\xbb\xbfone\r\ntwo\rthree\n"})
    assert read_text(Source(root, "a.md")) == "one\ntwo\nthree\n"


def test_a_report_gathers_and_goes_on() -> None:
    report = Report()
    with report.gather():
        raise ContentError([Problem("b", 1, "x", "y"), Problem("a", 1, "x", "y")])
    report.warning("c", 0, "w", "z")
    report.error("a", 1, "x", "y")
    assert [p.file for p in report.errors] == ["a", "b"]
    assert [p.severity for p in report.warnings] == [Severity.WARNING]
    with pytest.raises(ContentError) as caught:
        report.raise_errors()
    assert len(caught.value.problems) == 4
    Report(list(report.warnings)).raise_errors()


def test_a_root_may_be_reached_through_a_link(tmp_path: Path) -> None:
    real = folder(tmp_path / "real", {"a.md": "x"})
    (tmp_path / "link").symlink_to(real.path)
    root = find_roots(tmp_path / "link")[0]
    assert root == Root(real.path)
    assert read_text(Source(root, "a.md")) == "x"
