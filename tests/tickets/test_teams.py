"""`bot/teams.yaml`: whom a conversation can be passed to, and what is said of a broken file."""

from pathlib import Path

import pytest

from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, find_roots
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.tickets.teams import ONE_TEAM, Teams, load_teams
from tests.factories import folder

HK = Locale("zh_HK")
LOCALES = (SOURCE, HK)

GOOD = """teams:
  - id: spouts
    tier: 1
    name: { en: Spouts, zh_HK: 壺嘴組 }
    next: lids
  - id: lids
    tier: 2
    name: { en: Lids, zh_HK: 壺蓋組 }
reasons:
  - id: too_hot
    name: { en: Too hot to touch, zh_HK: 太熱 }
"""


def loaded(path: Path, text: str) -> tuple[Teams, Report]:
    report = Report()
    return load_teams([folder(path, {"bot/teams.yaml": text})], LOCALES, report), report


def test_the_shipped_chain_leads_from_support_to_payments() -> None:
    report = Report()
    teams = load_teams(find_roots(None), LOCALES, report)
    assert report.problems == []
    chain, team = [teams.first.id], teams.first
    while team.next is not None:
        found = teams.find(team.next)
        assert found is not None
        assert found.tier == team.tier + 1
        team = found
        chain.append(team.id)
    assert chain == ["support", "billing", "payments"]
    assert teams.name("billing", HK) == "賬務"
    assert all(reason.name(HK) != reason.name(SOURCE) for reason in teams.reasons)


def test_what_is_gone_keeps_its_id_and_a_new_language_gets_the_source(tmp_path: Path) -> None:
    teams, report = loaded(tmp_path, GOOD)
    assert report.problems == []
    assert teams.name("spouts", Locale("fr")) == "Spouts"
    assert teams.name("handles", HK) == "handles"
    assert teams.reason_name("too_hot", HK) == "太熱"
    assert teams.reason_name("too_cold", HK) == "too_cold"
    assert (teams.find("handles"), teams.reason("too_cold")) == (None, None)


def test_a_sites_own_file_replaces_the_starters(tmp_path: Path) -> None:
    report = Report()
    own = folder(tmp_path, {"bot/teams.yaml": GOOD})
    starter = Root(find_roots(None)[0].path, "<starter>/")
    assert load_teams([own, starter], LOCALES, report).first.id == "spouts"


def test_the_starter_need_not_speak_every_language(tmp_path: Path) -> None:
    report = Report()
    root = Root(folder(tmp_path, {"bot/teams.yaml": GOOD}).path, "<starter>/")
    load_teams([root], (*LOCALES, Locale("fr")), report)
    assert report.problems == []


def test_without_the_file_somebody_answers_all_the_same(tmp_path: Path) -> None:
    report = Report()
    assert load_teams([folder(tmp_path, {})], LOCALES, report) is ONE_TEAM
    assert report.problems == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (GOOD.replace("next: lids", "next: lid"), "5: unknown_team: `lid` is no team; did you"),
        (GOOD.replace("next: lids", "next: spouts"), "5: bad_value: `spouts` cannot be its own"),
        (GOOD.replace("id: lids", "id: spouts"), "6: duplicate: `spouts` stands here twice"),
        (GOOD.replace(", zh_HK: 太熱", ""), "11: missing_locale: `too_hot` has no name in `zh_HK`"),
        (GOOD.replace("en: Lids, ", ""), "8: missing_locale: `lids` has no name in `en`"),
        (GOOD.replace("tier: 2", "tier: 0"), "7: bad_value: `teams.1.tier`"),
        (GOOD.replace("tier: 2", "tier: 2\n    boss: x"), "8: unknown_key: `teams.1.boss`"),
        (GOOD.replace("id: lids", "id: Lids!"), "6: bad_value: `teams.1.id`"),
        ("teams: []\nreasons: []\n", "1: bad_value: `teams`"),
        ("", "1: missing_key: `teams` is missing"),
    ],
    ids=range(10),
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, wrong: str, told: str) -> None:
    _, report = loaded(tmp_path, wrong)
    assert any(str(one).startswith(f"bot/teams.yaml:{told}") for one in report.errors), [
        str(one) for one in report.errors
    ]
