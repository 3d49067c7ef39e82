"""The page for the host app's developer says what the code does."""

import re
from pathlib import Path

import pytest

from helpcenter.identity.claims import LEEWAY, LONGEST, LONGEST_IN_URL, MOST_CHARACTERS
from tests.identity.host import claims

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "embedding.md").read_text("utf-8")
OF_AGENTS = {"agents", "api_tokens", "counter", "emails", "passwords"}
SOURCES = [
    *(path for path in ROOT.glob("helpcenter/identity/*.py") if path.stem not in OF_AGENTS),
    *(ROOT / "helpcenter" / "web" / f"{name}.py" for name in ("attempts", "forms", "origins")),
    *(
        ROOT / "helpcenter" / "web" / "account" / f"{name}.py"
        for name in ("caller", "return_to", "signin", "sso")
    ),
]


def test_every_code_of_a_sign_in_is_explained() -> None:
    text = "".join(path.read_text("utf-8") for path in SOURCES)
    raised = set(re.findall(r'(?:HelpcenterError\(\s*|refusal\()"([a-z_]+)"', text))
    plain = {"invalid", "too_large", "sign_in_needed", "name_taken"}
    assert "jwt_spent" in raised
    assert [code for code in sorted(raised - plain) if f"`{code}`" not in PAGE] == []


@pytest.mark.parametrize("claim", sorted({*claims(), *MOST_CHARACTERS, "stripe_customer", "nbf"}))
def test_every_claim_is_explained(claim: str) -> None:
    assert re.search(rf"^\| .*`{claim}`.* \| (required|optional) \|", PAGE, re.MULTILINE)


def test_the_numbers_are_the_codes() -> None:
    for span in (LONGEST, LONGEST_IN_URL, LEEWAY):
        assert f"{int(span.total_seconds())}" in PAGE
    assert f"{MOST_CHARACTERS['sub']} characters" in PAGE
