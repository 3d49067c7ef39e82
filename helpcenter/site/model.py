"""`Site`: everything a help centre says, compiled into one frozen snapshot (DESIGN §2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from helpcenter.articles.library import Library
from helpcenter.bot.playbook import Playbook
from helpcenter.content.prints import Print
from helpcenter.content.problems import Problem
from helpcenter.content.roots import Source
from helpcenter.i18n.catalogues import Catalogues
from helpcenter.search.index import SearchIndex
from helpcenter.site.compiling import Made
from helpcenter.tickets.teams import Teams


@dataclass(frozen=True, slots=True)
class Remains:
    """What the next build need not do again."""

    prints: Mapping[Source, Print] = field(default_factory=dict)
    made: Made | None = None


@dataclass(frozen=True)
class Site:
    """One snapshot; requests hold on to the one they started with.

    `hash` is a hex digest of all content and of the settings that words use. `index` is the search
    index of this very hash or the last good one before it, None until the first is built.
    """

    hash: str
    library: Library
    playbook: Playbook
    catalogues: Catalogues
    teams: Teams
    index: SearchIndex | None = None
    warnings: tuple[Problem, ...] = ()
    remains: Remains = field(default_factory=Remains, repr=False, compare=False)

    def with_index(self, index: SearchIndex) -> "Site":
        """Return the same snapshot carrying `index`."""
        return replace(self, index=index)
