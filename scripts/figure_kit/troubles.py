"""Which figures stand in the articles on payment problems, subscriptions and security."""

from collections.abc import Callable

from figure_kit import account, host, plans, portal, roads, schemes
from figure_kit.canvas import Canvas
from figure_kit.widgets import Words

FIGURES: dict[str, dict[str, Callable[[Words, str], Canvas]]] = {
    "payment-failed": {
        "make-default": portal.make_default,
        "open-invoice": portal.open_invoice,
    },
    "3d-secure": {
        "bank-step": plans.bank_step,
        "three-d-secure": schemes.three_d_secure,
    },
    "bank-blocks-payments": {
        "bank-switches": roads.bank_switches,
        "call-bank": roads.call_bank,
    },
    "retries-and-grace-period": {
        "retries": roads.retries,
    },
    "change-plan": {
        "update-plan": plans.update_plan,
        "choose-plan": plans.choose_plan,
        "confirm-plan": plans.confirm_plan,
    },
    "cancel-subscription": {
        "cancel-plan": plans.cancel_plan,
        "confirm-cancel": plans.confirm_cancel,
    },
    "pause-subscription": {
        "pause-plan": plans.pause_plan,
        "choose-pause": plans.choose_pause,
        "account-paused": account.paused,
    },
    "resume-subscription": {
        "three-states": roads.three_states,
        "keep-plan": plans.keep_plan,
    },
    "how-credits-work": {
        "credits": roads.credits_flow,
        "make-default": portal.make_default,
    },
    "trial-and-first-charge": {
        "trial": roads.trial,
        "account-trial": account.trial,
        "cancel-plan": plans.cancel_plan,
    },
    "payment-security": {
        "card-data": roads.card_data,
    },
    "compromised-card": {
        "lost-card": roads.lost_card,
        "make-default": portal.make_default,
        "delete-card": portal.delete_card,
    },
    "phishing-and-false-links": {
        "address-bar": roads.address_bar,
        "fresh-link": schemes.fresh_link,
    },
    "several-accounts": {
        "signed-in-account": host.signed_in_account,
        "switch-account": roads.switch_account,
    },
}
