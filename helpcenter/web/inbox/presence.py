"""Who looks at which ticket just now: in this process only, and kept nowhere."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from helpcenter.identity.agents import Agent


class Presence:
    """Counts the open looks of each agent at each ticket."""

    def __init__(self) -> None:
        self._looks: dict[int, Counter[tuple[int, str]]] = {}

    @contextmanager
    def at(self, number: int, agent: Agent) -> Iterator[None]:
        """Look at a ticket meanwhile."""
        looks, key = self._looks.setdefault(number, Counter()), (agent.id, agent.name)
        looks[key] += 1
        try:
            yield
        finally:
            looks[key] -= 1
            if not looks[key]:
                del looks[key]
            if not looks:
                self._looks.pop(number, None)

    def others(self, number: int, agent: Agent) -> tuple[str, ...]:
        """Return the names of the other agents who look at a ticket, in order."""
        looks = self._looks.get(number, ())
        return tuple(sorted(name for agent_id, name in looks if agent_id != agent.id))
