"""The bot: CPU of understanding and deciding a line, and how it grows with the rules.

The lines are those of the shipped conversation tests. The grown playbook has 100 times the terms
and rules: every concept and pattern again, in words of its own.
"""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from helpcenter.bot.compiled import by_rarest
from helpcenter.bot.conversation_tests import read_cases
from helpcenter.bot.engine import decide, start
from helpcenter.bot.files import read_vocabulary
from helpcenter.bot.lexicon import Lexicon, Name, words_of
from helpcenter.bot.normal import Normaliser, Terms
from helpcenter.bot.patterns import Rule
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.state import SaidText
from helpcenter.bot.terms import gather, habits_of
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, starter
from helpcenter.language.scripts import is_han
from helpcenter.settings import Settings
from helpcenter.site.compiling import PlaybookMaker
from helpcenter.site.keeping import Keeper
from tests.bench.table import Row
from tests.bot import shipped

ROUNDS = 20
TIMES = 100
_NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def run() -> list[Row]:
    """Measure both playbooks turn by turn, so that the machine's drift falls on both."""
    with TemporaryDirectory() as folder:
        compiling, playbook = _made(Path(folder))
        loading, _ = _made(Path(folder))
    grown = _grown(playbook)
    lines = _lines()
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        ours += [_cost(playbook, line) for line in lines]
        theirs += [_cost(grown, line) for line in lines]
    p50, p99 = median(ours), quantiles(ours, n=100)[98]
    growth = median(theirs) / p50
    rules = sum(len(found) for found in playbook.rules.values())
    return [
        Row("bot: a line, p50", p50, None, "ms CPU", note=f"{rules} rules, {len(lines)} lines"),
        Row("bot: a line, p99", p99, None, "ms CPU", "≤ 1 ms", p99 <= 1),
        Row(
            f"bot: {TIMES}× the rules, p50",
            median(theirs),
            p50,
            "ms CPU",
            "≤ 2×",
            growth <= 2,
        ),
        Row("bot: compiling what changed", compiling, None, "ms CPU", note="once"),
        Row("bot: loading", loading, None, "ms CPU", "≤ 150 ms", loading <= 150),
    ]


def _made(root: Path) -> tuple[float, Playbook]:
    """Make the shipped playbook as a start does; return the CPU it took in ms, and the playbook."""
    settings = Settings()
    words = {locale: settings.words(locale.folder) for locale in (shipped.EN, shipped.ZH)}
    make = PlaybookMaker([Root(starter())], words, keeper=Keeper(root))
    begun = time.process_time()
    made = make(shipped.NO_ARTICLES)
    return (time.process_time() - begun) * 1000, made.playbook


def _lines() -> list[str]:
    cases = read_cases([Root(starter())], Report())
    return [turn.line for case in cases for turn in case.conversation.turns if turn.line]


def _cost(playbook: Playbook, line: str) -> float:
    begun = time.thread_time_ns()
    decide(playbook, start(shipped.EN), SaidText(line), shipped.SIGNED_OUT, _NOW)
    return (time.thread_time_ns() - begun) / 1e6


def _grown(playbook: Playbook) -> Playbook:
    report = Report()
    roots = [Root(starter())]
    read = [read_vocabulary(roots, locale, report) for locale in playbook.locales]
    words = [found for found in read if found is not None]
    normaliser = Normaliser(shipped.folder(), habits_of(found.vocabulary for found in words))
    terms = gather(words, normaliser, report)
    rules = list(dict.fromkeys(rule for filed in playbook.rules.values() for rule in filed))
    for rule in rules:
        for element in rule.elements:
            terms |= {name: [normaliser.term(name[1:])] for name in element if name[0] == "="}
    more_terms: dict[Name, list[Terms]] = dict(terms)
    more_rules = list(rules)
    for copy in range(1, TIMES):
        for name, found in terms.items():
            more_terms[_copied(name, copy)] = [_other(term, copy) for term in found]
        more_rules += [_renamed(rule, copy) for rule in rules]
    return replace(
        playbook,
        lexicon=Lexicon(words_of(more_terms, normaliser), normaliser),
        rules=by_rarest(more_rules),
    )


def _copied(name: Name, copy: int) -> Name:
    if isinstance(name, str):
        return f"{name}~{copy}"
    return replace(name, name=f"{name.name}~{copy}", of=f"{name.of}~{copy}")


def _other(terms: Terms, copy: int) -> Terms:
    """Return the terms in words of the copy's own: other Han characters, longer Latin words."""
    mark = chr(ord("a") + copy // 26) + chr(ord("a") + copy % 26)
    texts = []
    for text in terms.texts:
        han = "".join(chr(ord(char) + copy) if is_han(char) else char for char in text)
        texts.append(" ".join(word + mark if word.isascii() else word for word in han.split(" ")))
    return Terms(texts, frozenset(word + mark for word in terms.words))


def _renamed(rule: Rule, copy: int) -> Rule:
    elements = tuple(tuple(f"{name}~{copy}" for name in element) for element in rule.elements)
    return replace(rule, id=f"{rule.id}~{copy}", elements=elements)
