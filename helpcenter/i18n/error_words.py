"""Error codes in words: a title and a sentence that says what to do, English through gettext.

A code without words of its own gets those of its kind, so nothing is ever shown bare. Sentences may
name the error's `params` as `%(name)s`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.mark import N_


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

_NO_STRIPE = Words(
    N_("The payment pages are not open at the moment"),
    N_("This is ours to mend, not yours. If your payment cannot wait, contact us."),
)

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
    "credential_missing": Words(
        N_("We could not sign you in"),
        N_(
            "Nothing in this request says who you are, or too much does. Go back to your "
            "account and open the help centre from there."
        ),
    ),
    "origin_refused": Words(
        N_("We could not sign you in"),
        N_(
            "The page you came from is not on this help centre’s list. Go back to your "
            "account and open the help centre from there."
        ),
    ),
    "return_to_refused": Words(
        N_("We cannot take you there"),
        N_("After signing in you can only be taken to a page of this help centre."),
    ),
    "foreign_request": Words(
        N_("That came from somewhere else"),
        N_(
            "For your safety this only works from the help centre’s own pages. Open the "
            "page again and repeat the last step."
        ),
    ),
    "confirmation_expired": Words(
        N_("That took a little long"),
        N_("The sign-in has run out. Go back to your account and open the help centre from there."),
    ),
    "identity_not_set_up": Words(
        N_("Signing in is not set up here"),
        N_("You can read and search every public article without signing in."),
    ),
    "token_invalid": Words(
        N_("That token is not valid"),
        N_("It may have run out or been revoked. Get a new one and try again."),
    ),
    "scope_missing": Words(
        N_("That token may not do this"),
        N_("It needs the scope %(scope)s."),
    ),
    "jwt_too_large": Words(
        N_("We could not sign you in"),
        N_(
            "The sign-in token is too large. Go back to your account and open the help "
            "centre from there."
        ),
    ),
    "jwt_malformed": Words(
        N_("We could not sign you in"),
        N_(
            "The sign-in token cannot be read. Go back to your account and open the help "
            "centre from there."
        ),
    ),
    "jwt_algorithm": Words(
        N_("We could not sign you in"),
        N_(
            "The sign-in token is not signed with %(algorithm)s. Go back to your account "
            "and open the help centre from there."
        ),
    ),
    "jwt_signature": Words(
        N_("We could not sign you in"),
        N_(
            "The signature of the sign-in token is not right. Go back to your account and"
            " open the help centre from there."
        ),
    ),
    "jwt_key_unknown": Words(
        N_("We could not sign you in"),
        N_(
            "The sign-in token is signed with a key we do not know. Go back to your "
            "account and open the help centre from there."
        ),
    ),
    "jwt_keys_unavailable": Words(
        N_("We could not sign you in"),
        N_(
            "The keys to check your sign-in cannot be fetched at the moment. Try again in a minute."
        ),
    ),
    "jwt_claim_missing": Words(
        N_("We could not sign you in"),
        N_(
            "The sign-in token lacks the claim “%(claim)s”. Go back to your account and "
            "open the help centre from there."
        ),
    ),
    "jwt_claim": Words(
        N_("We could not sign you in"),
        N_(
            "The claim “%(claim)s” of the sign-in token cannot be used. Go back to your "
            "account and open the help centre from there."
        ),
    ),
    "jwt_issuer": Words(
        N_("We could not sign you in"),
        N_(
            "The sign-in token was issued by somebody else. Go back to your account and "
            "open the help centre from there."
        ),
    ),
    "jwt_audience": Words(
        N_("We could not sign you in"),
        N_(
            "The sign-in token is meant for another site. Go back to your account and "
            "open the help centre from there."
        ),
    ),
    "jwt_expired": Words(
        N_("We could not sign you in"),
        N_(
            "The sign-in has run out; it is only good for a short time. Go back to your "
            "account and open the help centre from there."
        ),
    ),
    "jwt_not_yet": Words(
        N_("We could not sign you in"),
        N_(
            "The sign-in token is not valid yet: the clocks of two servers differ. Try "
            "again in a minute."
        ),
    ),
    "jwt_lifetime": Words(
        N_("We could not sign you in"),
        N_(
            "The sign-in token may be good for %(seconds)s seconds at most. Go back to "
            "your account and open the help centre from there."
        ),
    ),
    "jwt_spent": Words(
        N_("We could not sign you in"),
        N_(
            "This sign-in was used already; each one works once. Go back to your account "
            "and open the help centre from there."
        ),
    ),
    "link_not_found": Words(
        N_("This link does not open anything for you"),
        N_("Nothing is wrong with your account. A fresh link takes one click."),
    ),
    "links_not_set_up": Words(
        N_("Links to the billing portal are not set up here"),
        N_("Please use your account, or contact us and we will help."),
    ),
    "document_only": Words(
        N_("Open this in a window of its own"),
        N_("Payment pages do not open inside other pages. Open the link in a new tab."),
    ),
    "subscription_needed": Words(
        N_("Which subscription?"), N_("You have several. Say which one this is about.")
    ),
    "subscription_gone": Words(
        N_("There is no such subscription"),
        N_("It may have ended already. Your account shows the ones you have."),
    ),
    "subscription_ending": Words(
        N_("This subscription is already set to end"),
        N_("Nothing more is charged for it. In the billing portal you can see when it ends."),
    ),
    "subscription_paused": Words(
        N_("This subscription is already paused"),
        N_("Nothing is charged for it meanwhile. The billing portal shows when it goes on."),
    ),
    "subscription_incomplete": Words(
        N_("This subscription has not begun yet"),
        N_("It waits for its first payment. Pay the open invoice, then try again."),
    ),
    "subscription_by_invoice": Words(
        N_("This subscription cannot be changed there"),
        N_("It is billed by invoice. Contact us and we will change it for you."),
    ),
    "conversation_not_found": Words(
        N_("We could not find that conversation"),
        N_("It may belong to somebody else, or it is gone. You can start a new one."),
    ),
    "conversation_closed": Words(
        N_("This conversation is closed"),
        N_("Nothing can be added to it any more. Start a new one and we will help you there."),
    ),
    "choice_unknown": Words(
        N_("That button is no longer here"),
        N_("Choose one of the buttons in the conversation, or write what you need."),
    ),
    "form_unknown": Words(
        N_("That form is no longer here"),
        N_("Write what you want to say instead."),
    ),
    "form_invalid": Words(
        N_("Something in the form is not right"),
        N_("Check what you filled in, the e-mail address above all."),
    ),
    "text_too_long": Words(
        N_("That message is too long"),
        N_("Write at most %(most)s characters at once, and send the rest after it."),
    ),
    "sign_in_needed": Words(N_("Please sign in"), N_("Sign in first, then repeat the last step.")),
    "stripe_unavailable": Words(
        N_("We cannot reach Stripe at the moment"),
        N_("Nothing has changed in your account. Wait a minute, then try again."),
    ),
    "stripe_customer_missing": Words(
        N_("We cannot find your billing account"),
        N_("No payments belong to the account you signed in with. Contact us and we will look."),
    ),
    "stripe_other_mode": Words(
        N_("We cannot open your billing account"),
        N_("It is set up in another mode of ours, which is for us to mend. Please contact us."),
    ),
    "stripe_nothing_to_pay": Words(
        N_("There is nothing to pay"),
        N_("None of your invoices is open. If you have just been told of one, look again soon."),
    ),
    "stripe_rejected": Words(
        N_("That page cannot be opened"),
        N_("Stripe does not offer it for your subscription. Contact us and we will help."),
    ),
    "agent_sign_in_needed": Words(
        N_("Please sign in"), N_("Only support agents who have signed in may do this.")
    ),
    "agent_refused": Words(
        N_("That did not work"),
        N_("The address or the password is not right. Check both and try again."),
    ),
    "password_refused": Words(
        N_("That password cannot be used"),
        N_("A password has %(shortest)s to %(longest)s characters."),
    ),
    "email_refused": Words(
        N_("That is no e-mail address"), N_("Write it as name@example.com and try again.")
    ),
    "form_expired": Words(
        N_("This form is too old"),
        N_("You have signed in anew since it was opened. Open the page again and repeat it."),
    ),
    "ticket_not_found": Words(
        N_("There is no such ticket"), N_("It may have been erased, or the number is mistyped.")
    ),
    "ticket_changed": Words(
        N_("Somebody changed this ticket before you"),
        N_("Nothing of yours was sent. Look at what is new, then decide again."),
    ),
    "ticket_taken": Words(
        N_("A colleague has this ticket"), N_("Take it over first if you want to answer instead.")
    ),
    "ticket_over": Words(
        N_("This ticket is solved already"), N_("Take it first: that opens it again.")
    ),
    "ticket_closed": Words(
        N_("This ticket is closed for good"),
        N_("If the customer comes back, there will be a new one."),
    ),
    "same_team": Words(
        N_("The ticket is with that team already"), N_("Choose another team to pass it to.")
    ),
    "stripe_no_key": _NO_STRIPE,
    "stripe_no_configuration": _NO_STRIPE,
    "stripe_not_permitted": _NO_STRIPE,
    "stripe_bad_key": _NO_STRIPE,
    "stripe_untrusted_url": _NO_STRIPE,
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
