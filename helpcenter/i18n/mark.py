"""`N_`: gettext's mark for a string that is translated elsewhere than where it stands."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Return the string itself; the extraction of messages knows the name."""
    return message
