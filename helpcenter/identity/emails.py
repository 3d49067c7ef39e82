"""E-mail addresses as people type them; never a key to who a customer is."""

import re

from helpcenter.errors import FieldError, HelpcenterError, Kind

_EMAIL = re.compile(r"[^@\s,;<>\"()\\]{1,64}@[^@\s,;<>\"()\\]{1,190}")


def normal_email(text: str) -> str:
    """Return an address as it is kept; raises `email_refused` for what cannot be one."""
    email = text.strip().lower()
    if not _EMAIL.fullmatch(email) or not email.isprintable():
        wrong = (FieldError("email", "invalid"),)
        raise HelpcenterError("email_refused", Kind.INVALID, errors=wrong)
    return email
