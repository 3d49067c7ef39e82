"""`Caller`: who asks. Every query for rows that belong to somebody takes one."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The four kinds of callers."""

    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class Audience(StrEnum):
    """Who an article is written for, from widest to narrowest."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    AGENTS = "agents"


_READS: dict[Role, frozenset[Audience]] = {
    Role.ANONYMOUS: frozenset({Audience.PUBLIC}),
    Role.CUSTOMER: frozenset({Audience.PUBLIC, Audience.SIGNED_IN}),
    Role.AGENT: frozenset(Audience),
    Role.SYSTEM: frozenset(Audience),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking; `id` is the row id of the customer or agent, None for the other two."""

    role: Role
    id: int | None = None

    @property
    def reads(self) -> frozenset[Audience]:
        """The audiences whose articles this caller may see."""
        return _READS[self.role]


ANONYMOUS = Caller(Role.ANONYMOUS)
SYSTEM = Caller(Role.SYSTEM)
