"""`Offer`: a portal page the bot proposes; the edge turns it into a link bound to the customer."""

from dataclasses import dataclass

from helpcenter.content.flows import Flow


@dataclass(frozen=True, slots=True)
class Offer:
    """A flow and the words on its button, in the reply's locale."""

    flow: Flow
    label: str
