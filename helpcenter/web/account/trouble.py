"""A diagnosis in words: a heading, a calm sentence or two, and the button that helps.

A generic decline says the same whatever its code was, and names neither dates nor tries.
"""

from dataclasses import dataclass

from helpcenter.billing.choice import ABOUT_ONE
from helpcenter.billing.codes import Detail, Kind
from helpcenter.billing.diagnosis import Diagnosis, Moment
from helpcenter.content.flows import Flow
from helpcenter.i18n.mark import N_
from helpcenter.web import urls
from helpcenter.web.account.speaker import Speaker
from helpcenter.web.site.frame import Link
from helpcenter.web.site.wording import flow_label

_TITLES = {
    Kind.AUTHENTICATION_NEEDED: N_("Your bank wants you to confirm"),
    Kind.NEW_CARD_NOT_DEFAULT: N_("Your new card is not the one charged"),
    Kind.SUBSCRIPTION_OWN_CARD: N_("Your new card is not the one charged"),
    Kind.NEW_CARD_NOT_TRIED: N_("Your new card has not been tried yet"),
    Kind.OTHER_CUSTOMER: N_("Your new card is on an earlier billing account"),
    Kind.UNPAID: N_("Your plan is not paid"),
    Kind.PAUSED: N_("Your plan is paused"),
    Kind.ENDED: N_("Your plan has ended"),
    Kind.NO_CARD: N_("No card is saved for your plan"),
    Kind.CARD_EXPIRING: N_("Your card expires soon"),
}
"""Headings of what is more than a payment that failed."""

_REASONS = {
    Kind.AUTHENTICATION_NEEDED: N_(
        "The payment waits until you confirm it with the bank of %(card)s."
    ),
    Kind.SUBSCRIPTION_OWN_CARD: N_(
        "Your plan has a card of its own, %(card)s, so %(new_card)s is not used for it."
    ),
    Kind.NEW_CARD_NOT_DEFAULT: N_(
        "%(new_card)s is saved, but %(card)s is still your default. Make the new one the default."
    ),
    Kind.NEW_CARD_NOT_TRIED: N_(
        "The open invoice was last tried with another card. It can be paid with %(new_card)s now."
    ),
    Kind.OTHER_CUSTOMER: N_(
        "%(new_card)s was saved on an earlier billing account of yours, so it is not charged. "
        "Add it once more here."
    ),
    Kind.INSUFFICIENT_FUNDS: N_("There was not enough money on %(card)s."),
    Kind.LIMIT_EXCEEDED: N_("It went over a limit of %(card)s. Your bank can tell you which."),
    Kind.CARD_EXPIRED: N_("The expiry date of %(card)s has passed, so it cannot be charged."),
    Kind.WRONG_DETAILS: N_("Some details of %(card)s are not as the bank knows them."),
    Kind.NOT_SUPPORTED: N_("The bank does not allow this kind of payment with %(card)s."),
    Kind.DUPLICATE: N_("It looked like the same payment twice, so the bank stopped it."),
    Kind.TEMPORARY: N_("The bank could not deal with it just then; your card may be fine."),
    Kind.GENERIC: N_("The bank did not say why. It can tell you, or you can use another card."),
    Kind.STOPPED: N_("The bank says it was asked to stop payments to us from %(card)s."),
    Kind.UNPAID: N_("It does not go on for now. Pay what is open, and it does."),
    Kind.PAUSED: N_("Nothing is charged meanwhile."),
    Kind.ENDED: N_("Nothing is charged any more."),
    Kind.NO_CARD: N_("Add one, so that the next charge can go through."),
    Kind.CARD_EXPIRING: N_("Add a current card before %(card)s runs out."),
}

_UNTIL = {
    Kind.PAUSED: N_("It goes on on %(day)s."),
    Kind.ENDED: N_("It ended on %(day)s."),
}

_CONFIRM_TO_SAVE = N_(
    "The bank of %(card)s wants you to confirm before the card is saved. Add it once more, and "
    "confirm when the bank asks."
)

_DETAILS = {
    Detail.NUMBER: N_("The number of %(card)s is not right."),
    Detail.CVC: N_("The security code of %(card)s was not right."),
    Detail.EXPIRY: N_("The expiry date given for %(card)s is not right."),
    Detail.POSTAL_CODE: N_("The postal code given for %(card)s is not the one the bank knows."),
    Detail.ADDRESS: N_("The billing address given for %(card)s is not the one the bank knows."),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, in words, and the page of the portal that helps."""

    title: str
    sentences: tuple[str, ...]
    button: Link | None


def trouble_of(diagnosis: Diagnosis, speaker: Speaker, *, links: bool) -> Trouble | None:
    """Return a diagnosis in words; None for those about the customer record itself.

    Without `links` there is no button.
    """
    kind = diagnosis.kind
    if kind not in _REASONS:
        return None
    sentences = [
        speaker.say(
            _reason(diagnosis),
            card=speaker.own_card(diagnosis.card),
            new_card=speaker.own_card(diagnosis.new_card),
        )
    ]
    if diagnosis.next_attempt is not None:
        day = speaker.day(diagnosis.next_attempt)
        sentences.append(speaker.say(N_("It will be tried again on %(day)s."), day=day))
    if diagnosis.until is not None:
        until = _UNTIL[kind]
        sentences.append(speaker.say(until, day=speaker.day(diagnosis.until)))
    flow = diagnosis.flow
    button = _button(flow, diagnosis, speaker) if links and flow else None
    return Trouble(_title(diagnosis, speaker), tuple(map(_capital, sentences)), button)


def _reason(diagnosis: Diagnosis) -> str:
    if diagnosis.detail is not None:
        return _DETAILS[diagnosis.detail]
    if _is_unconfirmed_card(diagnosis):
        return _CONFIRM_TO_SAVE
    return _REASONS[diagnosis.kind]


def _is_unconfirmed_card(diagnosis: Diagnosis) -> bool:
    saving = diagnosis.moment is Moment.SAVING
    return saving and diagnosis.kind is Kind.AUTHENTICATION_NEEDED


def _title(diagnosis: Diagnosis, speaker: Speaker) -> str:
    amount, _ = diagnosis.amount, speaker.gettext
    if diagnosis.moment is Moment.SAVING:
        return _("A card could not be saved")
    if diagnosis.kind in _TITLES:
        return _(_TITLES[diagnosis.kind])
    if diagnosis.moment is None:
        return _("Your card has expired")
    if amount is None:
        return _("A payment did not go through")
    return speaker.say(
        N_("The payment of %(amount)s did not go through"), amount=speaker.money(amount)
    )


def _button(flow: Flow, diagnosis: Diagnosis, speaker: Speaker) -> Link:
    one = diagnosis.subscription if flow in ABOUT_ONE or flow is Flow.PAY_INVOICE else None
    return Link(flow_label(flow, speaker.gettext), urls.manage(speaker.locale, flow, one))


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
