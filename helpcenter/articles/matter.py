"""What writers may put in front matter, `_suggest.yaml` and a video block."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, RootModel

from helpcenter.articles.model import Status
from helpcenter.content.flows import Flow
from helpcenter.content.schema import Schema
from helpcenter.identity.caller import Audience

SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"

Words = Annotated[str, Field(min_length=1, max_length=500)]
Slug = Annotated[str, Field(pattern=SLUG, max_length=100)]
Digest = Annotated[str, BeforeValidator(str)]
"""A section's hash; one that happens to be all digits need not be quoted."""


class ArticleMatter(Schema):
    """Front matter of an article."""

    title: Words
    summary: Words
    keywords: tuple[Words, ...] = ()
    order: int = 100
    status: Status = Status.PUBLISHED
    audience: Audience = Audience.PUBLIC
    updated: date
    related: tuple[Slug, ...] = ()
    portal: Flow | None = None
    translates: dict[str, Digest] = Field(default_factory=dict)


class CategoryMatter(Schema):
    """Front matter of a category's `_index.md`."""

    title: Words
    summary: Words
    order: int = 100


class SuggestedMatter(Schema):
    """One entry of `_suggest.yaml`."""

    text: Words
    article: Slug
    section: Words | None = None


class SuggestFile(RootModel[tuple[SuggestedMatter, ...]]):
    """`_suggest.yaml`: a list."""


OldAddress = Annotated[str, Field(pattern=rf"{SLUG}|^/[^?#]+$", max_length=500)]
"""What a renamed article was called, or the path it had in another help centre."""


class RedirectsFile(RootModel[dict[OldAddress, Slug]]):
    """`redirects.yaml`: old slug, or old path from `/`, to new slug."""


class VideoMatter(Schema):
    """What stands inside `::: video`."""

    src: Words
    title: Words
    poster: Words | None = None
    captions: Words | None = None
