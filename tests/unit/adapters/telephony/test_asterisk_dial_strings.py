"""How extensions and numbers become what Asterisk calls."""

import pytest

from screenpop.adapters.telephony.asterisk.dial_strings import (
    endpoint_of_extension,
    endpoint_of_phone,
)
from screenpop.adapters.telephony.asterisk.set_up import (
    AsteriskPlan,
    UnfitValueError,
    asterisk_files,
)


@pytest.mark.parametrize(
    ("phone", "endpoint"),
    [
        ("18005550100", "PJSIP/18005550100@trunk"),
        ("+1 (800) 555-0100", "PJSIP/+18005550100@trunk"),
        ("1@evil&PJSIP/2", "PJSIP/12@trunk"),
        (" - ", None),
    ],
)
def test_a_number_is_called_over_the_trunk_by_its_digits(phone: str, endpoint: str | None) -> None:
    assert endpoint_of_phone(phone, "trunk") == endpoint


@pytest.mark.parametrize(
    ("extension", "endpoint"),
    [
        ("1001", "PJSIP/1001"),
        ("maya.desk", "PJSIP/maya.desk"),
        ("8005550", "PJSIP/8005550@trunk"),
        ("+491701234567", "PJSIP/+491701234567@trunk"),
        ("1001&Local/s@out", None),
        ("", None),
    ],
)
def test_an_extension_is_an_endpoint_or_from_seven_digits_on_a_number(
    extension: str, endpoint: str | None
) -> None:
    assert endpoint_of_extension(extension, "trunk") == endpoint


def test_an_ordinary_plan_leaves_no_placeholder_and_comments_the_registration_out() -> None:
    texts = asterisk_files(AsteriskPlan(secret="s"))
    assert all("%{" not in text for text in texts.values())
    assert ";type = registration" in texts["pjsip.conf"]
    with_name = asterisk_files(AsteriskPlan(secret="s", trunk_user="me", trunk_secret="x"))
    assert "\ntype = registration" in with_name["pjsip.conf"]


@pytest.mark.parametrize("value", ["a;b", "a\nb", "[a]", "a b", "${EXTEN}", "ä"])
def test_a_value_that_would_mean_something_else_in_the_files_is_refused(value: str) -> None:
    with pytest.raises(UnfitValueError, match="fallback"):
        asterisk_files(AsteriskPlan(secret="s", fallback=value))
