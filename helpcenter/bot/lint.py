"""What a topic or a vocabulary can get wrong beyond its schema, each fault on its line."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from helpcenter.bot.facts import FACTS, SAVING_ONLY, Reads
from helpcenter.bot.files import TopicFile, VocabularyFile
from helpcenter.bot.playbook import Reference
from helpcenter.bot.topics import ANY, TO_TOPIC, TOPIC_IDS, Step, Words, localised
from helpcenter.bot.vocabulary import HEARS, NEWS, SAYS
from helpcenter.bot.wording import NAMES, VARIABLES, faults, fill, names_in
from helpcenter.content import variables
from helpcenter.content.problems import Report
from helpcenter.content.schema import did_you_mean
from helpcenter.content.yaml import Path
from helpcenter.i18n.locale import Locale
from helpcenter.language.scripts import has_han

MAX_WORDS = 60
"""English words of one reply."""
MAX_CHARACTERS = 110
"""Characters of one Chinese reply."""

_NAMED_WITH = {
    "card": ("brand", "last4"),
    "plan_price": ("plan", "price"),
    "plan_renews": ("plan", "price", "day"),
}
"""What may stand between the braces of a name."""

_SAMPLES = {
    False: {
        "amount": "HK$1,280.00",
        "price": "HK$1,280.00",
        "detail": "expiry date",
        "expires": "12/2030",
        "plan": "Plus",
        "plans": "Plus plan (HK$128.00, next on 20 November) and Sketch plan ($4.00)",
    },
    True: {
        "amount": "HK$1,280.00",
        "price": "HK$1,280.00",
        "detail": "到期日",
        "expires": "12/2030",
        "plan": "Plus plan",
        "plans": "Plus plan（HK$128.00，下次 11月20日）及Sketch plan（US$4.00）",
    },
}
"""What facts may look like, by whether the words are Chinese, for the length of a reply."""
_CARDS = {False: "Mastercard ending 4242", True: "Mastercard（尾號 4242）"}
_DAYS = {False: "20 November", True: "11月20日"}

_MARKS = ("{{", "[[", "]]")
_REFERENCE = re.compile(r"([a-z0-9-]+)(?:#([a-z0-9-]+))?\Z")


def check_topic(
    file: TopicFile, topics: Iterable[str], locales: Sequence[Locale], report: Report
) -> None:
    """Note unknown facts, steps and locales, missing words, steps nobody reaches, long replies."""
    for path, words in localised(file.topic):
        _check_words(file, path, words, locales, report)
    folders = {locale.folder for locale in locales}
    for folder in sorted((file.topic.recognise.keys() - {ANY}) ^ folders):
        where = file.place(("recognise", folder))
        if folder in folders:
            report.error(*where, "missing_locale", f"no rules for `{folder}`: add them")
        else:
            message = f"`{folder}` is no locale of this site{did_you_mean(folder, folders)}"
            report.error(*where, "extra_locale", message)
    _check_steps(file, topics, report)
    for at, step in enumerate(file.topic.steps):
        _check_conditions(file, ("steps", at), step, report)
        _check_length(file, ("steps", at), step, report)


def references(file: TopicFile, report: Report) -> Iterator[Reference]:
    """Yield a pointer for every article or section that a topic names."""
    for at, step in enumerate(file.topic.steps):
        for index, text in enumerate(step.articles):
            path: Path = ("steps", at, "articles", index)
            found = _REFERENCE.match(text)
            if found:
                yield Reference(file.file, path, found[1], found[2])
            else:
                message = f"`{text}` should be `slug` or `slug#section`"
                report.error(*file.place(path), "bad_reference", message)


def check_vocabulary(file: VocabularyFile, report: Report) -> None:
    """Note sentences and entries that are missing or that nobody asks for."""
    for table, known in (("says", SAYS), ("hears", HEARS), ("names", NAMES)):
        given: Mapping[str, object] = getattr(file.vocabulary, table)
        for name in sorted(given.keys() - set(known)):
            where = file.place((table, name))
            report.error(*where, "unknown_key", f"`{table}.{name}`{did_you_mean(name, known)}")
        for name in known:
            if name not in given:
                where = file.place((table,))
                report.error(*where, "missing_key", f"`{table}.{name}` is missing: add it")
    for name, text in file.vocabulary.says.items():
        names = (*variables.NAMES, *VARIABLES) if name in NEWS else variables.NAMES
        _check_variables(file, ("says", name), text, names, report)
    for name, between in _NAMED_WITH.items():
        text = file.vocabulary.names.get(name, "")
        _check_variables(file, ("names", name), text, between, report)


def _check_variables(
    file: TopicFile | VocabularyFile, path: Path, text: str, names: Collection[str], report: Report
) -> None:
    for row, fault in variables.faults(text, names):
        name, line = file.place(path)
        report.error(name, line + row, variables.UNKNOWN, fault)


def _check_words(
    file: TopicFile, path: Path, words: Words, locales: Sequence[Locale], report: Report
) -> None:
    folders = [locale.folder for locale in locales]
    for folder in folders:
        if folder not in words:
            message = f"no words for `{folder}`: add them"
            report.error(*file.place(path), "missing_locale", message)
    for folder, text in words.items():
        if folder not in folders:
            message = f"`{folder}` is no locale of this site{did_you_mean(folder, folders)}"
            report.error(*file.place((*path, folder)), "extra_locale", message)
        if any(mark in text for mark in _MARKS):
            _check_filled(file, (*path, folder), text, report)


def _check_filled(file: TopicFile, path: Path, text: str, report: Report) -> None:
    told = path[-2] in {"say", "ask"}
    names = (*variables.NAMES, *VARIABLES) if told else variables.NAMES
    _check_variables(file, path, text, names, report)
    for fault in faults(text) if told else ():
        report.error(*file.place(path), "bad_fact", fault)
    for name in names_in(text):
        _check_read(file, path, name, report)


def _check_steps(file: TopicFile, topics: Iterable[str], report: Report) -> None:
    steps = file.topic.steps
    known = {step.id for step in steps} | {TO_TOPIC + topic for topic in topics}
    seen: set[str] = set()
    reached = {steps[0].id}
    for at, step in enumerate(steps):
        if step.id in seen:
            where = file.place(("steps", at, "id"))
            report.error(*where, "repeated_step", f"`{step.id}` stands above already")
        seen.add(step.id)
        for path, target in _targets(step):
            reached.add(target)
            if target not in known and target.removeprefix(TO_TOPIC) in TOPIC_IDS:
                message = f"this site has no `{target}`: the bot leaves the way there out"
                report.warning(*file.place(("steps", at, *path)), "no_such_topic", message)
            elif target not in known:
                message = f"`{target}` is no step{did_you_mean(target, known)}"
                report.error(*file.place(("steps", at, *path)), "unknown_step", message)
    for at, step in enumerate(steps):
        if step.id not in reached:
            message = f"no way leads to `{step.id}`: remove it, or name it in `next` or `go`"
            report.error(*file.place(("steps", at)), "unreachable_step", message)
    _check_ends(file, report)


def _check_ends(file: TopicFile, report: Report) -> None:
    """Refuse `next` and `branch` that lead round in a circle."""
    for at, step in enumerate(file.topic.steps):
        seen: list[str] = []
        here: Step | None = step
        while here is not None and here.id not in seen:
            seen.append(here.id)
            here = file.topic.step(here.next) if here.next else None
        if here is not None and here.id == step.id:
            message = f"`next` leads from `{step.id}` back to it: end the ladder"
            report.error(*file.place(("steps", at, "next")), "circle", message)


def _targets(step: Step) -> Iterator[tuple[Path, str]]:
    if step.next:
        yield ("next",), step.next
    for index, branch in enumerate(step.branch):
        yield ("branch", index, "go"), branch.go
    for index, answer in enumerate(step.answers):
        yield ("answers", index, "go"), answer.go


def _check_conditions(file: TopicFile, path: Path, step: Step, report: Report) -> None:
    for inside, condition in step.conditions:
        for name, values in condition.items():
            entry = (*path, *inside, name)
            if name not in FACTS:
                message = f"`{name}` is no fact{did_you_mean(name, FACTS)}"
                report.error(*file.place(entry), "unknown_fact", message)
                continue
            _check_read(file, entry, name, report)
            for value in values:
                if value not in FACTS[name]:
                    message = f"`{name}` is never `{value}`{did_you_mean(value, FACTS[name])}"
                    report.error(*file.place(entry), "unknown_value", message)


def _check_read(file: TopicFile, path: Path, name: str, report: Report) -> None:
    """Refuse a fact that the topic never asks for."""
    wanted = Reads.SAVING if name in SAVING_ONLY else Reads.BASIC
    reads = file.topic.reads
    if reads is None or reads.depth < wanted.depth:
        message = f"`{name}` is never known here: say `reads: {wanted}` at the top of the topic"
        report.error(*file.place(path), "unread_fact", message)


def _check_length(file: TopicFile, path: Path, step: Step, report: Report) -> None:
    extra = file.topic.signed_out if step is file.topic.steps[0] else None
    for folder in file.topic.name:
        words = " ".join(words.get(folder, "") for words in (step.say, step.ask, extra) if words)
        if _is_long(_sampled(words) if "{{" in words else words):
            message = (
                f"`{step.id}` says too much in `{folder}`: "
                f"at most {MAX_WORDS} words or {MAX_CHARACTERS} characters"
            )
            report.warning(*file.place(path), "long_reply", message)


def _is_long(text: str) -> bool:
    return len(text) > MAX_CHARACTERS if has_han(text) else len(text.split()) > MAX_WORDS


def _sampled(text: str) -> str:
    """Return words with facts of an ordinary length put in."""
    han = has_han(text)

    def word(name: str) -> str:
        found = _SAMPLES[han].get(name)
        return found or (_CARDS[han] if name.endswith("card") else _DAYS[han])

    return fill(text, word)
