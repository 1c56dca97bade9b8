"""Masked numbers (contract 3.5)."""

import pytest

from screenpop.wire.urls import CallValues, mask_phone, masked

CALL = CallValues(
    phone="+918447380993",
    display_phone="+918447380993",
    src_phone="+918447380993",
    dst_phone="18005550172",
    customer={"phone1": "+918447380993", "name": "Asha"},
)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("8447380993", "xxxxxx0993"),
        ("+918447380993", "+xxxxxxxx0993"),
        ("12345", "x2345"),
        ("1234", "1234"),
        ("", ""),
        ("anonymous", "anonymous"),
    ],
)
def test_all_but_the_last_four_digits_are_masked(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_an_app_without_the_grant_sees_the_number_nowhere() -> None:
    seen = masked(CALL, real_number=False)
    assert "8447380" not in repr(seen)
    assert seen.phone == seen.display_phone == seen.src_phone == "+xxxxxxxx0993"
    assert seen.customer == {"phone1": "+xxxxxxxx0993", "name": "Asha"}
    assert seen.dst_phone == "18005550172"
    assert seen.masking_enabled is True
    assert seen.is_orignal_phone_required_in_crm is False


def test_an_app_with_the_grant_gets_the_real_number_and_is_told_so() -> None:
    seen = masked(CALL, real_number=True)
    assert seen.phone == seen.src_phone == "+918447380993"
    assert seen.display_phone == "+xxxxxxxx0993"
    assert seen.is_orignal_phone_required_in_crm is True


def test_a_call_without_a_number_is_masked_too() -> None:
    assert masked(CallValues(), real_number=False).masking_enabled is True
