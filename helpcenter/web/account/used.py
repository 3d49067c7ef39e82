"""The links to the portal that a customer has used, as their page lists them."""

from dataclasses import dataclass
from datetime import datetime

from helpcenter.content.flows import Flow
from helpcenter.web.account.speaker import Speaker
from helpcenter.web.site.wording import flow_label

MOST = 10
"""Clicks shown, the latest."""


@dataclass(frozen=True, slots=True)
class Used:
    """A click: which page, and when."""

    page: str
    when: str


def used_of(clicks: list[tuple[Flow, datetime]], speaker: Speaker) -> list[Used]:
    """Return clicks (`links.history`) in words."""
    return [Used(flow_label(flow, speaker.gettext), speaker.minute(at)) for flow, at in clicks]
