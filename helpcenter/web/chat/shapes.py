"""What the chat's API takes and gives (CONTRACTS §4), for checking and for `/openapi.json`."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from helpcenter.content.flows import Flow
from helpcenter.conversations.model import AuthorRole, Kind, Owner
from helpcenter.conversations.parts import FormKind

LONGEST_TEXT = 4000
"""Characters of one line."""

_SEQ = Field(ge=0, le=2**31 - 1)
ShortName = Annotated[str, Field(max_length=50)]
FormValue = Annotated[str, Field(max_length=LONGEST_TEXT)]
PublicId = Annotated[str, Path(max_length=100)]
ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


class _In(BaseModel):
    # What people wrote stands in no error and in no log.
    model_config = ConfigDict(hide_input_in_errors=True)


class Begin(_In):
    """A conversation to begin; `article` is the slug of the page it begins on."""

    locale: Annotated[str, Field(max_length=35)] | None = None
    article: Annotated[str, Field(max_length=200)] | None = None


class Line(_In):
    """A line: a text, or a button or a form's values with the `seq` of the item that showed it."""

    client_id: ClientId
    text: Annotated[str | None, Field(repr=False)] = None
    choice: Annotated[str, Field(max_length=200)] | None = None
    values: Annotated[dict[ShortName, FormValue] | None, Field(repr=False, max_length=20)] = None
    in_reply_to: Annotated[int, _SEQ] | None = None


class Rating(_In):
    """Whether the help was any."""

    client_id: ClientId
    helpful: bool


class ReadUpToIn(_In):
    """The last item that was read."""

    seq: Annotated[int, _SEQ]


class Claim(_In):
    """The token of a conversation that shall become the caller's own."""

    token: Annotated[str, Field(max_length=200, repr=False)]


class AuthorOut(BaseModel):
    """Who speaks; agents have a name."""

    role: AuthorRole
    name: str | None = None


class TextPart(BaseModel):
    """Plain text, never HTML."""

    type: Literal["text"]
    text: str


class ChoiceOut(BaseModel):
    """A button."""

    id: str
    label: str


class ChoicesPart(BaseModel):
    """Buttons to press instead of typing."""

    type: Literal["choices"]
    choices: list[ChoiceOut]


class ArticlePart(BaseModel):
    """A card that leads to an article or one of its sections."""

    type: Literal["article"]
    slug: str
    section: str | None = None
    title: str
    url: str


class PortalPart(BaseModel):
    """A button to a page of the portal; `url` only for the customer it is for."""

    type: Literal["portal"]
    link_id: str
    flow: Flow
    label: str
    url: str | None = None


class FieldOut(BaseModel):
    """A field of a form."""

    name: str
    kind: FormKind
    label: str
    required: bool


class FormPart(BaseModel):
    """Fields to fill in instead of writing; answered by `values` and `in_reply_to`."""

    type: Literal["form"]
    id: str
    fields: list[FieldOut]


class EventPart(BaseModel):
    """What happened; `name` says what, the rest depends on it.

    `owner` (whose turn it is), `agent_joined` (`agent` is their name), `redacted` (`line` is the
    `seq` of a line that was cut), `rating` (`helpful`), `closed`.
    """

    model_config = ConfigDict(extra="allow")

    type: Literal["event"]
    name: str


PartOut = Annotated[
    TextPart | ChoicesPart | ArticlePart | PortalPart | FormPart | EventPart,
    Field(discriminator="type"),
]


class ItemOut(BaseModel):
    """One entry of a conversation; `seq` counts from 1 without gaps."""

    seq: int
    at: str
    kind: Kind
    author: AuthorOut
    locale: str
    client_id: str | None = None
    in_reply_to: int | None = None
    parts: list[PartOut]


class Begun(BaseModel):
    """A new conversation; `token` opens it to somebody who is not signed in."""

    id: str
    token: Annotated[str | None, Field(repr=False)] = None
    items: list[ItemOut]
    next: int


class ReadOut(BaseModel):
    """The last `seq` each side has read; 0 for nothing."""

    customer: int
    agent: int


class FeedOut(BaseModel):
    """What follows; ask on with `after=next`."""

    items: list[ItemOut]
    next: int
    owner: Owner
    read: ReadOut


class Standing(BaseModel):
    """How a conversation stands."""

    id: str
    owner: Owner
    next: int


class Summary(Standing):
    """A conversation in a list."""

    locale: str
    created: datetime
    last_at: datetime


class Mine(BaseModel):
    """The caller's conversations, the latest first."""

    conversations: list[Summary]
