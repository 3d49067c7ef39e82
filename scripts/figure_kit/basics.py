"""Which figures stand in the articles on first steps, payment methods and invoices."""

from collections.abc import Callable

from figure_kit import cards, papers, portal, schemes
from figure_kit.canvas import Canvas
from figure_kit.widgets import Words

FIGURES: dict[str, dict[str, Callable[[Words, str], Canvas]]] = {
    "welcome": {
        "billing-round": cards.billing_round,
        "places": cards.places,
    },
    "add-payment-method": {
        "add-method": portal.add_method,
        "add-card": portal.add_card,
        "added-card": portal.added_card,
        "three-d-secure": schemes.three_d_secure,
    },
    "set-default-card": {
        "make-default": portal.make_default,
        "new-default": portal.new_default,
        "own-card": portal.own_card,
    },
    "remove-old-card": {
        "new-default": portal.new_default,
        "delete-card": portal.delete_card,
    },
    "accepted-payment-methods": {
        "card-sides": cards.card_sides,
    },
    "card-expiring": {
        "expiry": cards.expiry,
        "add-method": portal.add_method,
        "make-default": portal.make_default,
    },
    "default-method-usage": {
        "default-used": cards.default_used,
        "which-card": schemes.which_card,
        "own-card": portal.own_card,
    },
    "invoices-and-receipts": {
        "invoice-history": papers.invoice_history,
        "invoice-page": papers.invoice_page,
    },
    "billing-address": {
        "two-addresses": papers.two_addresses,
        "billing-address": portal.billing_address,
        "billing-information": papers.billing_information,
        "address-form": papers.address_form,
    },
    "pay-an-open-invoice": {
        "pay-page": papers.pay_page,
        "open-invoice": portal.open_invoice,
    },
    "company-name-on-invoices": {
        "billing-information": papers.billing_information,
        "company-form": papers.company_form,
    },
    "refunds": {
        "refund-road": papers.refund_road,
    },
}
