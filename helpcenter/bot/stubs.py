"""Talks written down as conversation tests, for writers to complete."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpcenter.bot.state import Decision, Said, SaidText
from helpcenter.i18n.locale import Locale
from helpcenter.language.redact import redact

HEAD = "conversations:\n"


@dataclass(frozen=True, slots=True)
class Stub:
    """A conversation test to be: `turns` are what was said and the expectations, by key."""

    name: str
    locale: Locale
    turns: tuple[dict[str, str], ...]
    customer: str | None = None

    def text(self) -> str:
        """Return it in YAML, as an entry below `HEAD`."""
        lines = [f"  - name: {_quoted(self.name)}", f"    locale: {self.locale.tag}"]
        if self.customer is not None:
            lines.append(f"    customer: {_quoted(self.customer)}")
        lines.append("    turns:")
        for turn in self.turns:
            written = ", ".join(f"{key}: {_quoted(value)}" for key, value in turn.items())
            lines.append(f"      - {{ {written} }}")
        return "\n".join(lines) + "\n"


def file_of(stubs: Iterable[Stub]) -> str:
    """Return a whole file of conversation tests."""
    return HEAD + "".join(stub.text() for stub in stubs)


def talk_stub(
    name: str, locale: Locale, customer: str | None, talk: Sequence[tuple[Said, Decision]]
) -> Stub:
    """Return the test that expects what a talk brought: topics, steps, hand-offs."""
    return Stub(name, locale, tuple(_turn(said, decision) for said, decision in talk), customer)


def _turn(said: Said, decision: Decision) -> dict[str, str]:
    if isinstance(said, SaidText):
        turn = {"line": redact(said.text).text, "topic": decision.topic}
    else:
        turn = {"choice": said.id}
    if decision.trace.steps:
        turn["step"] = decision.trace.steps[-1]
    if decision.hand_off is not None:
        turn["hand_off"] = str(decision.hand_off)
    return turn | {"language": decision.locale.tag}


def _quoted(text: str) -> str:
    """Return a YAML scalar; a JSON string is one."""
    return json.dumps(text, ensure_ascii=False)
