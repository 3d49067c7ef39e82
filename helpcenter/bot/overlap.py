"""Rules in each other's way: shadowed, the same in two topics, won by another, met by no test."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from helpcenter.bot.files import TopicFile, read_topics
from helpcenter.bot.patterns import Rule
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.settling import MARGIN
from helpcenter.bot.topics import OUT_OF_SCOPE
from helpcenter.bot.understand import understand
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from helpcenter.content.yaml import Path
from helpcenter.i18n.locale import SOURCE


def check_overlap(playbook: Playbook, roots: Sequence[Root], report: Report) -> None:
    """Warn of rules that never decide, and of those whose line another topic answers as well."""
    files = {file.id: file for file in read_topics(roots, Report())}
    rules = sorted(
        {rule.id: rule for filed in playbook.rules.values() for rule in filed}.values(),
        key=lambda rule: rule.id,
    )
    speaking = [rule for rule in rules if not rule.vetoes and rule.owner in files]
    for rule, other in _shadowed(speaking):
        message = f"never decides: `{_short(other)}` matches wherever it does and weighs as much"
        _warn(files[rule.owner], rule, "shadowed_rule", f"{message}: remove one", report)
    for rule, other in _shared(speaking):
        message = f"`{other.owner}` has the very same rule: give one of them more words"
        _warn(files[rule.owner], rule, "shared_rule", message, report)
    for file in files.values():
        _check_phrases(file, playbook, report)


def _shadowed(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Yield (rule, the rule of its topic that leaves it nothing to decide)."""
    by_owner: dict[str, list[Rule]] = {}
    for rule in rules:
        by_owner.setdefault(rule.owner, []).append(rule)
    for own in by_owner.values():
        for rule in own:
            found = next((other for other in own if _shadows(other, rule)), None)
            if found is not None:
                yield rule, found


def _shadows(wide: Rule, narrow: Rule) -> bool:
    """Tell whether `wide` matches wherever `narrow` does, and scores no less."""
    if wide.id == narrow.id or len(wide.elements) != len(narrow.elements):
        return False
    if wide.gap < narrow.gap or wide.weight < narrow.weight or wide.telling < narrow.telling:
        return False
    if _key(wide) == _key(narrow) and (wide.gap, wide.weight) == (narrow.gap, narrow.weight):
        return wide.id < narrow.id
    return _covers(wide.elements, narrow.elements)


def _covers(wide: Sequence[tuple[str, ...]], narrow: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether each element of `narrow` lies within one of its own of `wide`."""
    if not narrow:
        return True
    first, *rest = narrow
    return any(
        set(first) <= set(element) and _covers([*wide[:at], *wide[at + 1 :]], rest)
        for at, element in enumerate(wide)
    )


def _shared(rules: Iterable[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Yield (rule, rule of an earlier topic) that match the same lines with nearly one score."""
    seen: dict[tuple[tuple[str, ...], ...], Rule] = {}
    for rule in rules:
        other = seen.setdefault(_key(rule), rule)
        if other.owner != rule.owner and abs(other.weight - rule.weight) < MARGIN:
            yield rule, other


def _key(rule: Rule) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted(tuple(sorted(element)) for element in rule.elements))


def _check_phrases(file: TopicFile, playbook: Playbook, report: Report) -> None:
    """Warn of phrases that, said alone, are answered by another topic or could be."""
    for folder, recognition in file.topic.recognise.items():
        for index, phrase in enumerate(recognition.phrases):
            if "[" in phrase.match or "…" in phrase.match:
                continue
            seen = understand(phrase.match, playbook, SOURCE)
            others = [topic for topic in (*seen.topics, *seen.unsure) if topic != file.id]
            if seen.best == file.id and not others:
                continue
            other = others[0] if others else OUT_OF_SCOPE
            path: Path = ("recognise", folder, "phrases", index)
            message = f"`{phrase.match}` alone is understood as `{other}`: give it more weight"
            report.warning(*file.place(path), "phrase_elsewhere", message)


def _warn(file: TopicFile, rule: Rule, code: str, message: str, report: Report) -> None:
    path = _path(rule)
    report.warning(*file.place(path), code, message)


def _path(rule: Rule) -> Path:
    """Return where a rule stands in its file, as its id says."""
    return tuple(int(part) if part.isdigit() else part for part in rule.id.split(".")[1:])


def _short(rule: Rule) -> str:
    return ".".join(rule.id.split(".")[2:])


def unmet(playbook: Playbook, lines: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return, by topic, the ids of the rules that none of the lines meets."""
    met = {
        evidence.rule
        for line in lines
        for candidate in understand(line, playbook, SOURCE).candidates
        for evidence in candidate.evidence
        if evidence.dropped is None
    }
    missed: dict[str, list[str]] = {}
    for rule_id, rule in sorted(
        {rule.id: rule for filed in playbook.rules.values() for rule in filed}.items()
    ):
        if not rule.vetoes and rule_id not in met:
            missed.setdefault(rule.owner, []).append(rule_id)
    return {topic: tuple(found) for topic, found in missed.items()}
