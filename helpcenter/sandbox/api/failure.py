"""Stripe's error answers."""

from typing import Any

# Kinds that messages name otherwise than objects do.
_NOUNS = {
    "payment_method": "PaymentMethod",
    "billing_portal.configuration": "configuration",
    "setup_intent": "setupintent",
}


class StripeFailure(Exception):  # noqa: N818 — "StripeError" is the SDK's name for it
    """A call that is refused; becomes `{"error": {…}}` with an HTTP status."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        param: str | None = None,
        type_: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.type = type_

    def body(self) -> dict[str, Any]:
        """Return the JSON body Stripe would send."""
        error: dict[str, Any] = {"message": self.message, "type": self.type}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        return {"error": error}


def no_such(kind: str, id_: str, param: str = "id", *, status: int = 400) -> StripeFailure:
    """Return the refusal for an object that does not exist, named as Stripe names it."""
    message = f"No such {_NOUNS.get(kind, kind)}: '{id_}'"
    return StripeFailure(status, message, "resource_missing", param)


def missing(param: str) -> StripeFailure:
    """Return the refusal for a required parameter that was not sent."""
    return StripeFailure(400, f"Missing required param: {param}.", "parameter_missing", param)


def unknown(param: str) -> StripeFailure:
    """Return the refusal for a parameter the endpoint does not have."""
    message = f"Received unknown parameter: {param}"
    return StripeFailure(400, message, "parameter_unknown", param)


def not_one_of(param: str, options: list[str] | tuple[str, ...]) -> StripeFailure:
    """Return the refusal for a value outside an enumeration."""
    message = f"Invalid {param}: must be one of {', '.join(options)}"
    return StripeFailure(400, message, None, param)
