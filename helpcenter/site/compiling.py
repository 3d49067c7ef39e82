"""A site's playbook: taken over, or loaded as an earlier run compiled it, or compiled."""

import gc
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from helpcenter.articles.library import Library
from helpcenter.bot.compiled import with_library
from helpcenter.bot.compiling import compile_topics
from helpcenter.bot.playbook import Playbook
from helpcenter.content.prints import Prints
from helpcenter.content.problems import Problem, Report
from helpcenter.content.roots import Root, Source, layers, listing
from helpcenter.i18n.locale import Locale
from helpcenter.language.fold import Folder
from helpcenter.search.words import load_folder
from helpcenter.site.keeping import Keeper, Kept

Variables = Mapping[Locale, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Made:
    """A playbook, a digest of all it was compiled of but the library, and what was said of that."""

    playbook: Playbook
    compiled_of: bytes
    noted: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaybookMaker:
    """Makes the playbooks of a site, with a `keeper` of what an earlier run has compiled."""

    roots: Sequence[Root]
    variables: Variables
    prints: Prints = field(default_factory=Prints)
    keeper: Keeper | None = None

    def __call__(self, library: Library, before: Made | None = None) -> Made:
        """Make the playbook for a library; what `before` was compiled of is not compiled again.

        With errors among what is noted it must not be used.
        """
        compiled_of = self._digest(self.prints)
        if before is not None and before.compiled_of == compiled_of:
            return Made(with_library(before.playbook, library), compiled_of, before.noted)
        report = Report()
        folder = load_folder(self.roots, report)
        with _uncollected():
            kept = self.keeper.load(compiled_of) if self.keeper else None
            if kept is None:
                kept = self._compile(compiled_of, folder, report)
            playbook = kept.compiled.playbook(library, folder, self.variables)
        return Made(playbook, compiled_of, kept.noted)

    def _compile(self, compiled_of: bytes, folder: Folder, report: Report) -> Kept:
        compiled = compile_topics(self.roots, folder, self.variables, report)
        kept = Kept(compiled, tuple(report.problems))
        if self.keeper is not None and not report.errors and self._digest(Prints()) == compiled_of:
            # A file written meanwhile would be kept under the name of what it was before.
            self.keeper.save(compiled_of, kept)
        return kept

    def _digest(self, prints: Prints) -> bytes:
        return digest(prints, _heard(self.roots), self.variables)


def digest(prints: Prints, sources: Iterable[Source], variables: Variables) -> bytes:
    """Hash files and the settings that words use."""
    told = json.dumps({str(name): dict(given) for name, given in variables.items()}, sort_keys=True)
    return hashlib.sha256(told.encode() + prints.of(sources)).digest()


def _heard(roots: Sequence[Root]) -> Iterator[Source]:
    """Yield the files that a playbook is compiled of."""
    for root in roots:
        yield from listing(root, "bot", Report())
    yield from layers(roots, "i18n/folding.txt")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the garbage collector off: loading makes many objects and no garbage to speak of."""
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if held:
            gc.enable()
