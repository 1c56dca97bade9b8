"""From the voice REST's bodies to the domain's commands."""

import pytest

from screenpop.domain.commands import Acting, ReplyForm
from screenpop.web import voice_translate as translate
from screenpop.wire.rest import read_dispose_and_manual_dial, read_manual_dial

SEAT = "d1-6955296d-ses-maya-appId-App-Server-AAAAAAAAAAAAAAAAAAAAAA-1-uce-mayaabcd1234@1"
ACTING = Acting(SEAT.partition("-uce-")[0], session_suffices=True)
DIAL = {"campaignId": 60, "userCrtObjectId": SEAT, "phone": "8447380993", "requestId": "r"}
BOTH = {
    "campaignContextId": 60,
    "userCrtObjectId": SEAT + "-uce-7905690272@2",
    "crtObjectId": "d1-6955296d-vce-1",
    "dispositionCode": "Callback",
    "phone": "1 800 555 0199",
    "requestId": "r",
}


@pytest.mark.parametrize(
    ("sent", "dialled"),
    [
        ("+1 (800) 555-0199", "+18005550199"),
        ("xxxxxx0993", "xxxxxx0993"),
        ("800FLOWERS", ""),
        ("12\u00b2", ""),
    ],
)
def test_a_phone_reaches_the_rules_clean_masked_or_not_at_all(sent: str, dialled: str) -> None:
    body = read_manual_dial({**DIAL, "phone": sent}, lenient=True)
    assert translate.dial_command(ACTING, body, None).phone == dialled


def test_one_campaign_is_named_and_several_are_choices() -> None:
    one = translate.dial_command(ACTING, read_manual_dial(DIAL, lenient=True), None)
    assert (one.campaign_id, one.campaign_choices) == (60, ())
    body = read_manual_dial({**DIAL, "campaignId": "47,172"}, lenient=True)
    several = translate.dial_command(ACTING, body, None)
    assert (several.campaign_id, several.campaign_choices) == (None, (47, 172))


def test_a_customer_record_becomes_text() -> None:
    record = {"name": "Ada", "phone1": 5, "vip": True, "gone": None, "tags": ["a", "é"]}
    body = read_manual_dial({**DIAL, "customerRecord": record}, lenient=True)
    assert translate.dial_command(ACTING, body, None).customer_record == {
        "name": "Ada",
        "phone1": "5",
        "vip": "true",
        "gone": "",
        "tags": '["a", "é"]',
    }


def test_the_key_holds_a_fingerprint_and_no_command() -> None:
    key = translate.key_of("voice/manualDial", read_manual_dial(DIAL, lenient=True), ReplyForm.OK)
    assert key is not None
    assert (key.key_space, key.request_id, key.form) == ("voice/manualDial", "r", ReplyForm.OK)
    assert len(key.fingerprint) == 64
    assert "8447380993" not in key.fingerprint
    assert translate.key_of("x", read_manual_dial({**DIAL, "requestId": 0}, lenient=True)) is None


def test_both_halves_of_dispose_and_dial_share_seat_campaign_and_number() -> None:
    body = read_dispose_and_manual_dial(BOTH, lenient=True)
    command = translate.dispose_and_dial_command(ACTING, body, None, None)
    assert command.dispose.seat == command.dial.seat == SEAT
    assert command.dispose.campaign_id == command.dial.campaign_id == 60
    assert command.dial.phone == command.dial.searchable == "18005550199"
    assert not command.dispose.choice.callback_time_required


def test_a_callback_time_that_cannot_be_read_is_not_taken_for_none() -> None:
    body = read_dispose_and_manual_dial(
        {**BOTH, "additionalParams": {"callbackTime": "soon"}}, lenient=True
    )
    command = translate.dispose_and_dial_command(ACTING, body, None, None)
    assert command.dispose.choice.callback_time_required
