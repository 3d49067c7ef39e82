"""Draw the figures of the articles: one SVG a scene, article and locale, always the same bytes.

Run `python scripts/figures.py` after changing a scene or a word in `i18n/portal-terms.yaml`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from figure_kit import basics, host, portal, schemes, troubles
from figure_kit.canvas import Canvas
from figure_kit.widgets import Words

_ROOT = Path(__file__).resolve().parent.parent
_TERMS = _ROOT / "i18n" / "portal-terms.yaml"
_MEDIA = _ROOT / "articles" / "_media"
_LANGS = {"en": "en", "zh_HK": "zh-HK"}

Scene = Callable[[Words, str], Canvas]

_FIGURES: dict[str, dict[str, Scene]] = {
    "update-payment-method": {
        "user-menu": host.user_menu,
        "my-subscriptions": host.my_subscriptions,
        "add-method": portal.add_method,
        "add-card": portal.add_card,
        "make-default": portal.make_default,
        "new-default": portal.new_default,
        "delete-card": portal.delete_card,
    },
    "card-declined": {
        "three-d-secure": schemes.three_d_secure,
        "billing-address": portal.billing_address,
        "make-default": portal.make_default,
        "which-card": schemes.which_card,
        "open-invoice": portal.open_invoice,
    },
    "update-not-saving": {
        "make-default": portal.make_default,
        "three-d-secure": schemes.three_d_secure,
        "private-window": schemes.private_window,
        "clear-cache": schemes.clear_cache,
        "which-card": schemes.which_card,
        "billing-address": portal.billing_address,
        "signed-in-account": host.signed_in_account,
    },
    "cannot-open-billing-portal": {
        "signed-in-account": host.signed_in_account,
        "fresh-link": schemes.fresh_link,
        "user-menu": host.user_menu,
        "my-subscriptions": host.my_subscriptions,
        "allow-popup": schemes.allow_popup,
        "private-window": schemes.private_window,
    },
    **basics.FIGURES,
    **troubles.FIGURES,
}


def _words(terms: dict[str, dict[str, dict[str, Any]]], locale: str) -> Words:
    return {term: str(texts[locale]["text"]) for term, texts in terms.items()}


def main() -> None:
    """Write every figure in every locale."""
    terms = yaml.safe_load(_TERMS.read_text(encoding="utf-8"))
    count = 0
    for locale, lang in _LANGS.items():
        words = _words(terms, locale)
        for slug, scenes in _FIGURES.items():
            folder = _MEDIA / slug / locale
            folder.mkdir(parents=True, exist_ok=True)
            for name, scene in scenes.items():
                svg = scene(words, lang).render()
                (folder / f"{name}.svg").write_text(svg, encoding="utf-8", newline="\n")
                count += 1
    print(f"{count} figures written under {_MEDIA.relative_to(_ROOT)}")


if __name__ == "__main__":
    main()
