"""A decision as plain data (`ask --json`) and as lines of a terminal."""

from collections.abc import Iterator
from typing import Any

from helpcenter.bot.state import Decision
from helpcenter.conversations.parts import ArticleCard, Choices, Text
from helpcenter.conversations.wire import part_json


def decision_json(decision: Decision) -> dict[str, Any]:
    """Return a decision as `helpcenter ask --json` prints it."""
    return {
        "topic": decision.topic,
        "locale": decision.locale.tag,
        "reply": [part_json(part) for part in decision.parts],
        "offers": [{"flow": str(o.flow), "label": o.label} for o in decision.offers],
        "hand_off": decision.hand_off and str(decision.hand_off),
        "trace": decision.trace.to_json(),
    }


def reply_lines(decision: Decision) -> Iterator[str]:
    """Yield the reply as lines: texts, article addresses, offers, numbered buttons."""
    for part in decision.parts:
        match part:
            case Text(text):
                yield text
            case ArticleCard(_, _, title, url):
                yield f"  → {title}  {url}"
            case Choices():
                pass
    for offer in decision.offers:
        yield f"  ⇒ [{offer.label}]  {offer.flow}"
    for part in decision.parts:
        if isinstance(part, Choices):
            for number, choice in enumerate(part.choices, start=1):
                yield f"  {number}. {choice.label}"


def trace_lines(decision: Decision) -> Iterator[str]:
    """Yield the reasons as lines."""
    trace = decision.trace
    yield f"topic {decision.topic}, route {trace.route}, steps {', '.join(trace.steps) or 'none'}"
    if decision.hand_off:
        yield f"hand-off: {decision.hand_off}"
    for fact in trace.facts:
        age = "" if fact.age is None else f" ({fact.age:.0f} s old)"
        yield f"fact {fact.name}: {fact.value or 'not known'}{age}"
    seen = trace.understanding
    if seen is None:
        return
    yield f"answers in {seen.locale} ({seen.why_locale})"
    for candidate in seen.candidates:
        yield f"{candidate.score:.2f} {candidate.topic}"
        for evidence in candidate.evidence:
            words = ", ".join(f"{text!r} {start}–{end}" for text, start, end in evidence.words)
            why = f"dropped: {evidence.dropped}" if evidence.dropped else f"{evidence.score:.2f}"
            yield f"     {evidence.rule}: {words} ({why})"
    for repair in seen.repairs:
        yield f"read {repair.written!r} as {repair.read!r}"
