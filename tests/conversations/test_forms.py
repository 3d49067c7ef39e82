"""Filled forms: what is kept, what is refused, and that nobody's card is in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.conversations.forms import filled, in_words
from helpcenter.conversations.parts import Form, FormField, FormKind
from helpcenter.conversations.wire import part_json, part_of
from helpcenter.errors import HelpcenterError

NAME = FormField("name", FormKind.TEXT, "Your name", required=False)
EMAIL = FormField("email", FormKind.EMAIL, "Your e-mail")
FORM = Form("contact", (NAME, EMAIL))


def test_values_are_kept_in_the_forms_order_and_in_words() -> None:
    kept = filled(FORM, {"email": " Ada@Example.com ", "name": "  Ada \n Tam"})
    assert kept == {"name": "Ada Tam", "email": "ada@example.com"}
    assert in_words(FORM, kept) == "Your name: Ada Tam\nYour e-mail: ada@example.com"


def test_what_is_not_required_may_be_left_out() -> None:
    kept = filled(FORM, {"email": "a@b.example", "name": " "})
    assert kept == {"email": "a@b.example"}
    assert in_words(FORM, kept) == "Your e-mail: a@b.example"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, {"values.email": "missing"}),
        ({"email": "nobody"}, {"values.email": "invalid"}),
        ({"email": "a@b\u202e.example"}, {"values.email": "invalid"}),
        ({"email": "a@b.example", "name": "A\u200bda"}, {"values.name": "invalid"}),
        ({"email": "a@b.example", "name": "x" * 201}, {"values.name": "too_long"}),
        ({"email": "a@b.example", "shoe": "43"}, {"values.shoe": "unknown"}),
        ({"email": "", "shoe": "43"}, {"values.email": "missing", "values.shoe": "unknown"}),
    ],
)
def test_every_field_at_fault_is_named(values: dict[str, str], wrong: dict[str, str]) -> None:
    with pytest.raises(HelpcenterError, match="form_invalid") as refused:
        filled(FORM, values)
    assert {error.field: error.code for error in refused.value.errors} == wrong


def test_a_card_number_is_cut_out_of_a_name() -> None:
    kept = filled(FORM, {"name": "Ada 4242 4242 4242 4242", "email": "a@b.example"})
    assert kept["name"] == "Ada •••• 4242"


@given(st.dictionaries(st.sampled_from(["name", "email", "x"]), st.text(max_size=300)))
def test_whatever_is_sent_is_kept_in_print_or_refused(values: dict[str, str]) -> None:
    try:
        kept = filled(FORM, values)
    except HelpcenterError as error:
        assert error.code == "form_invalid"  # noqa: PT017 - one way or the other
    else:
        assert kept.keys() <= FORM.names
        assert all(value.isprintable() and value == value.strip() for value in kept.values())


def test_a_form_is_stored_as_it_is_shown() -> None:
    assert part_of(part_json(FORM)) == FORM
