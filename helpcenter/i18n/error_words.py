"""Error codes in words: a title and a sentence that says what to do, English through gettext.

A code without words of its own gets those of its kind, so nothing is ever shown bare. Sentences may
name the error's `params` as `%(name)s`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from helpcenter.errors import HelpcenterError, Kind


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a string for extraction; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Words:
    """What is said about an error: a heading without a full stop, and whole sentences."""

    title: str
    detail: str


_BY_KIND: Mapping[Kind, Words] = {
    Kind.INVALID: Words(
        N_("That request is not complete"),
        N_("Something in the address or the form cannot be used. Check it and try again."),
    ),
    Kind.UNAUTHENTICATED: Words(N_("Please sign in"), N_("Sign in to see this page.")),
    Kind.FORBIDDEN: Words(N_("This is not open to you"), N_("Your account may not see this page.")),
    Kind.NOT_FOUND: Words(
        N_("We could not find that page"),
        N_("It may have moved, or the address may be mistyped."),
    ),
    Kind.METHOD: Words(
        N_("This page cannot be used that way"),
        N_("Go back and follow a link, or open the page again."),
    ),
    Kind.CONFLICT: Words(
        N_("Something changed meanwhile"), N_("Open the page again and repeat the last step.")
    ),
    Kind.STALE: Words(
        N_("Somebody changed this before you"), N_("Open the page again to see the newest version.")
    ),
    Kind.TOO_LARGE: Words(N_("That is too long"), N_("Send less at once and try again.")),
    Kind.TOO_MANY: Words(
        N_("That was a little fast"), N_("Wait a moment, then try again. Nothing is lost.")
    ),
    Kind.INTERNAL: Words(
        N_("Something went wrong on our side"),
        N_("We have made a note of it. Please try again in a minute."),
    ),
    Kind.UNAVAILABLE: Words(
        N_("We will be right back"), N_("The help centre is starting. Try again in a moment.")
    ),
}

_BY_CODE: Mapping[str, Words] = {
    "article_not_found": Words(
        N_("We could not find that article"),
        N_("It may have been renamed or taken down. Try a search."),
    ),
    "category_not_found": Words(
        N_("We could not find that topic"), N_("It may have been renamed. Try a search.")
    ),
    "unknown_locale": Words(
        N_("We do not have that language"), N_("Choose one of these: %(available)s.")
    ),
    "url_too_long": Words(
        N_("That address is too long"), N_("Shorten the search or follow a link instead.")
    ),
    "search_warming": Words(
        N_("Search is getting ready"),
        N_("It will be there in a few seconds. All articles can be read meanwhile."),
    ),
}

_FIELDS: Mapping[str, str] = {
    "missing": N_("This is required."),
    "not_a_number": N_("This must be a whole number."),
    "out_of_range": N_("This number is too small or too large."),
    "too_long": N_("This is too long."),
    "invalid": N_("This cannot be used."),
}


def words(error: HelpcenterError, gettext: Callable[[str], str]) -> Words:
    """Return what to say about `error`, translated by `gettext`, params filled in."""
    found = _BY_CODE.get(error.code) or _BY_KIND[error.kind]
    return Words(gettext(found.title), gettext(found.detail) % dict(error.params))


def field_words(code: str, gettext: Callable[[str], str]) -> str:
    """Return what to say about one input."""
    return gettext(_FIELDS.get(code, _FIELDS["invalid"]))
