"""Sample values of each integration point, for previews before the first call (contract 8)."""

from datetime import datetime, timedelta, timezone

from screenpop.wire.urls.values import (
    CallValues,
    DisposeAgentValues,
    DisposeCallValues,
    LoginValues,
    Point,
    UrlValues,
    UserAssociation,
)

_SESSION = "d1-6955296d-ses-maya-appId-App-Server-Fyymsb770CLV9TB0W5DVv0FMcQ-593"
_SEAT = f"{_SESSION}-uce-mayaRdFyXQm8@43"
_CALL = "d1-69202d07-vce-27"
_PHONE = "8447380993"
_ORIGIN = "https://desk.example.com"
_INSTANCE = "5f2b8c1e9a7d4f60"
_LAUNCH = "sample-launch-token"
_TIME = datetime(2026, 1, 5, 14, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
_CUSTOMER = {
    "phone1": _PHONE,
    "name": "Asha O'Neil & Sons",
    "email": "asha@example.com",
    "city": "Köln",
}
_LOGIN = LoginValues(
    user_id="maya",
    user_name="Maya",
    session_id=_SESSION,
    session_jwt="eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJtYXlhIn0.c2FtcGxl",
    user_type="Executive",
    iframe_id="app-1",
    campaign_ids=(60, 172, 270),
    user_crt_object_ids=(_SEAT,),
    instance_id=_INSTANCE,
    locale="en-US",
    origin=_ORIGIN,
    contact_center_id=1,
    process_id=3,
    launch_token=_LAUNCH,
)
_CALL_VALUES = CallValues(
    crm_push_generated_time=1767603600000,
    user_crt_object_id=_SEAT,
    phone=_PHONE,
    campaign_id=172,
    association_type="inbound.dial.association",
    crt_object_id=_CALL,
    session_id=_SESSION,
    user_id="maya",
    call_type="inbound.call.dial",
    display_phone=_PHONE,
    instance_id=_INSTANCE,
    locale="en-US",
    origin=_ORIGIN,
    interaction_id="d1-69202d07-int-27",
    iframe_id="app-1-27",
    contact_center_id=1,
    customer_id=43800317962753,
    customer=_CUSTOMER,
    queue_id=5,
    queue_name="Support",
    dst_phone="18005550172",
    src_phone=_PHONE,
    user_name="Maya",
    user_type="Executive",
    process_id=3,
    launch_token=_LAUNCH,
)
_PREVIEW = CallValues(
    crm_push_generated_time=1767603600000,
    user_crt_object_id=_SEAT,
    phone=_PHONE,
    campaign_id=60,
    association_type="manualdial.association",
    crt_object_id=_CALL,
    session_id=_SESSION,
    user_id="maya",
    call_type="outbound.manual.preview.dial",
    display_phone=_PHONE,
    instance_id=_INSTANCE,
    locale="en-US",
    origin=_ORIGIN,
    interaction_id="d1-69202d07-int-27",
    iframe_id="app-1-27",
    contact_center_id=1,
    customer_id=43800317962753,
    customer=_CUSTOMER,
    dst_phone=_PHONE,
    src_phone="18005550172",
    user_name="Maya",
    user_type="Executive",
    process_id=3,
    launch_token=_LAUNCH,
)
_DISPOSE_AGENT = DisposeAgentValues(
    crt_object_id=_CALL,
    user_crt_object_id=_SEAT,
    session_id=_SESSION,
    user_id="maya",
    campaign_id=172,
    customer_id=43800317962753,
    phone=_PHONE,
    disposition_class="Success",
    disposition_code="Resolved",
    customer=_CUSTOMER,
)
_DISPOSE_CALL = DisposeCallValues(
    crt_object_id=_CALL,
    call_id="d1-69202d07-vcall-27",
    campaign_id=172,
    customer_id=43800317962753,
    phone=_PHONE,
    dst_phone="18005550172",
    src_phone=_PHONE,
    call_type="inbound.dial.customer",
    system_disposition="CONNECTED",
    disposition_name="Resolved",
    disposition_code="Resolved",
    ringing_time=4200,
    talk_time=61300,
    dialed_time=_TIME,
    call_connected_time=_TIME + timedelta(seconds=5),
    call_result="SUCCESS",
    hangup_cause_code=16,
    dialled_phone="18005550172",
    cstm_phone=_PHONE,
    phone_list=(_PHONE,),
    shareable_phones_dial_index=0,
    unique_id="d1-69202d07-vcall-27",
    user_associations=(
        UserAssociation(
            user_id="maya",
            association_type="inbound.dial.association",
            disposition_code="Resolved",
            association_id="d1-69202d07--assoc--27",
        ),
    ),
    customer=_CUSTOMER,
)
_SAMPLES: dict[Point, tuple[UrlValues, ...]] = {
    Point.LOGIN: (_LOGIN,),
    Point.CALL: (_CALL_VALUES,),
    Point.PREVIEW: (_PREVIEW,),
    Point.DISPOSE: (_DISPOSE_AGENT, _DISPOSE_CALL),
}


def sample(point: Point) -> tuple[UrlValues, ...]:
    """The sample values sent at a point; ``dispose`` has two, the agent's push and the call's."""
    return _SAMPLES[point]
