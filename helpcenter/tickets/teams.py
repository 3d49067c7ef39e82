"""Teams and the reasons for passing a conversation on: `bot/teams.yaml`, without SQL.

A site's own file replaces the starter's. What the file lacks in a language shows in the source
language, so that a new locale needs no change here to be opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from helpcenter.content import yaml
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, layers, read_text
from helpcenter.content.schema import Schema, did_you_mean, validate
from helpcenter.content.yaml import Loaded
from helpcenter.i18n.locale import SOURCE, Locale

FILE = "bot/teams.yaml"

_Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")]
_Words = Annotated[dict[str, Annotated[str, Field(min_length=1)]], Field(min_length=1)]


class _Named(Schema):
    id: _Id
    name: _Words


class _Team(_Named):
    tier: Annotated[int, Field(ge=1, le=9)]
    next: str | None = None


class _File(Schema):
    teams: Annotated[tuple[_Team, ...], Field(min_length=1)]
    reasons: Annotated[tuple[_Named, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Named:
    """Something with an id that tickets remember, and a name by locale."""

    id: str
    names: tuple[tuple[Locale, str], ...]

    def name(self, locale: Locale) -> str:
        """Return what it is called in a locale, else in the source language."""
        names = dict(self.names)
        return names.get(locale) or names[SOURCE]


@dataclass(frozen=True, slots=True)
class Team(Named):
    """A team; `next` is the id of the one it usually escalates to."""

    tier: int
    next: str | None


@dataclass(frozen=True, slots=True)
class Teams:
    """All teams, the first being where hand-offs arrive, and the closed list of reasons."""

    teams: tuple[Team, ...]
    reasons: tuple[Named, ...]

    @property
    def first(self) -> Team:
        """Where hand-offs arrive."""
        return self.teams[0]

    def find(self, team_id: str) -> Team | None:
        """Return a team; None for one that this site has no more."""
        return next((team for team in self.teams if team.id == team_id), None)

    def name(self, team_id: str, locale: Locale) -> str:
        """Return what a team is called; its id where this site has it no more."""
        found = self.find(team_id)
        return found.name(locale) if found else team_id

    def reason(self, reason_id: str) -> Named | None:
        """Return a reason; None for one that is not on the list."""
        return next((reason for reason in self.reasons if reason.id == reason_id), None)

    def reason_name(self, reason_id: str, locale: Locale) -> str:
        """Return a reason in words; its id where this site has it no more."""
        found = self.reason(reason_id)
        return found.name(locale) if found else reason_id


ONE_TEAM = Teams((Team("support", ((SOURCE, "Support"),), 1, None),), ())
"""For content without the file: somebody answers, and there is nobody to pass anything on to."""


def load_teams(roots: Sequence[Root], locales: Sequence[Locale], report: Report) -> Teams:
    """Read the teams; faults are noted, each on its line."""
    sources = layers(roots, FILE)
    if not sources:
        return ONE_TEAM
    source = sources[-1]
    with report.gather():
        loaded = yaml.load(read_text(source), source.name)
        file = validate(_File, loaded, source.name)
        _check(file, loaded, source.name, report)
        # The starter's words may lack a language that only this site has.
        asked = (SOURCE,) if source.root.label else tuple(dict.fromkeys((SOURCE, *locales)))
        _check_names(file, loaded, source.name, asked, report)
        return Teams(
            tuple(Team(t.id, _names(t.name), t.tier, t.next) for t in file.teams),
            tuple(Named(r.id, _names(r.name)) for r in file.reasons),
        )
    return ONE_TEAM


def _names(words: dict[str, str]) -> tuple[tuple[Locale, str], ...]:
    return tuple((Locale(folder), name) for folder, name in words.items())


def _check(file: _File, loaded: Loaded, name: str, report: Report) -> None:
    known = [team.id for team in file.teams]
    for group, ids in (("teams", known), ("reasons", [reason.id for reason in file.reasons])):
        for number, found in enumerate(ids):
            if found in ids[:number]:
                line = loaded.line((group, number, "id"))
                report.error(name, line, "duplicate", f"`{found}` stands here twice: rename one")
    for number, team in enumerate(file.teams):
        line = loaded.line(("teams", number, "next"))
        if team.next == team.id:
            report.error(name, line, "bad_value", f"`{team.id}` cannot be its own next team")
        elif team.next is not None and team.next not in known:
            hint = did_you_mean(team.next, known)
            report.error(name, line, "unknown_team", f"`{team.next}` is no team{hint}")


def _check_names(
    file: _File, loaded: Loaded, name: str, locales: Sequence[Locale], report: Report
) -> None:
    groups: tuple[tuple[str, Sequence[_Named]], ...]
    groups = (("teams", file.teams), ("reasons", file.reasons))
    for group, named in groups:
        for number, entry in enumerate(named):
            line = loaded.line((group, number, "name"))
            for locale in locales:
                if locale.folder not in entry.name:
                    message = f"`{entry.id}` has no name in `{locale.folder}`: add it"
                    report.error(name, line, "missing_locale", message)
