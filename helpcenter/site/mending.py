"""What `helpcenter check --fix` does: the edits that problems carry, and nothing else."""

from collections.abc import Iterable, Sequence

from helpcenter.content.problems import Problem
from helpcenter.content.roots import Root


def mend(problems: Iterable[Problem], roots: Sequence[Root]) -> tuple[Problem, ...]:
    """Make every edit that fits its line in files of the first root; return what was mended.

    Starter content below a site's own is never touched, nor a line that reads otherwise by now.
    """
    done: list[Problem] = []
    root = roots[0]
    for file in sorted({problem.file for problem in problems if problem.edit}):
        path = (root.path / file).resolve()
        if not path.is_relative_to(root.path) or not path.is_file():
            continue
        lines = path.read_text("utf-8").split("\n")
        here = [problem for problem in problems if problem.file == file and problem.edit]
        mended = [problem for problem in here if _apply(problem, lines)]
        if mended:
            path.write_text("\n".join(lines), "utf-8", newline="")
            done += mended
    return tuple(done)


def _apply(problem: Problem, lines: list[str]) -> bool:
    edit, index = problem.edit, problem.line - 1
    if edit is None or not 0 <= index < len(lines) or edit.old not in lines[index]:
        return False
    lines[index] = lines[index].replace(edit.old, edit.new, 1)
    return True
