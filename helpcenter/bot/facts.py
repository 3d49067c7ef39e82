"""The closed list of facts a topic may ask about, and how a condition over them is decided.

A condition in a topic is `fact: value` or `fact: [values]`; there is no expression language. What
needs more logic becomes a new name here, decided in Python by whoever supplies the facts.
"""

from collections.abc import Mapping

Facts = Mapping[str, str]
"""What is known about the customer, by the names of `FACTS`; a fact not known is left out."""

FACTS: Mapping[str, frozenset[str]] = {
    "card": frozenset({"none", "valid", "expiring", "expired"}),
    "decline": frozenset(
        {"none", "insufficient_funds", "limit", "abroad", "wrong_details", "generic"}
    ),
    "last_payment": frozenset({"none", "paid", "failed", "action_needed"}),
}


def holds(when: Mapping[str, tuple[str, ...]], facts: Facts | None) -> bool:
    """Tell whether every condition is known to hold; what is not known never holds."""
    return facts is not None and all(facts.get(name) in values for name, values in when.items())
