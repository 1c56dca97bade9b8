"""Which disposals are pushed, and every parameter of both kinds (contract 3.4)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from screenpop.domain.configuration import Configuration
from screenpop.testing.clock import ManualClock
from screenpop.testing.contact_centre import contact_centre
from screenpop.testing.scripted_line import BUSY, RINGS
from screenpop.testing.stub_crm import StubCrm, StubRequest
from tests.integration.pushes.receiver import (
    PHONE,
    app_at,
    arrived,
    dialled_and_connected,
    dialled_and_disposed,
    parameters,
    with_apps,
)


async def test_agent_level_push_has_every_parameter_in_the_contracts_order(
    tmp_path: Path, crm: StubCrm
) -> None:
    app = app_at(crm, options={"dispose_columns": ["name", "phone1"]})
    async with contact_centre(tmp_path, change=with_apps(app)) as centre:
        maya = await centre.log_in("maya")
        call = await dialled_and_disposed(centre, maya)
        pushed = parameters((await arrived(crm, 2))[0])
        mine = await centre.read(lambda reader: reader.app_session(maya.session_id, "crm"))
        customer = await centre.read(lambda reader: reader.customer_by_searchable(3, PHONE))

    assert mine is not None
    assert customer is not None
    assert pushed == [
        ("own", "1"),
        ("crtObjectId", call),
        ("userCrtObjectId", mine.minted_seat),
        ("sessionId", mine.minted_session_id),
        ("userId", "maya"),
        ("campaignId", "60"),
        ("customerId", "43800317962753"),
        ("phone", PHONE),
        ("dispositionClass", "Success"),
        ("dispositionCode", "Sale"),
        ("name", customer.columns["name"]),
        ("phone1", PHONE),
    ]
    assert mine.minted_session_id != maya.session_id


async def test_callback_time_is_pushed_where_there_is_one(tmp_path: Path, crm: StubCrm) -> None:
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock, change=with_apps(app_at(crm))) as centre:
        maya = await centre.log_in("maya")
        call = await dialled_and_connected(centre, maya)
        when = clock.now() + 86_400_000
        body = maya.dispose(call, dispositionCodeId=21, dispositionParams={"callbackTime": when})
        assert (await centre.post("voice/disposeCall", body)).status_code == 200
        pushed = parameters((await arrived(crm, 2))[0])

    assert pushed[-2:] == [("dispositionCode", "Callback"), ("callbackTime", str(when))]


async def test_call_level_push_has_every_parameter_in_the_contracts_order(
    tmp_path: Path, crm: StubCrm
) -> None:
    clock = ManualClock(1_767_603_600_000)  # 2026-01-05 09:00:00 UTC

    def change(configuration: Configuration) -> Configuration:
        centers = tuple(
            replace(one, time_zone="Asia/Tokyo") for one in configuration.contact_centers
        )
        return replace(with_apps(app_at(crm))(configuration), contact_centers=centers)

    async with contact_centre(tmp_path, clock=clock, change=change) as centre:
        maya = await centre.log_in("maya")
        call_id = await dialled_and_connected(centre, maya)
        clock.advance(61_300)
        await centre.post("voice/disposeCall", maya.dispose(call_id))
        pushed = parameters((await arrived(crm, 2))[1])
        call = await centre.read(lambda reader: reader.call(call_id))
        (association,) = await centre.read(lambda reader: reader.associations(call_id))

    assert call is not None
    assert pushed == [
        ("own", "1"),
        ("customerCRTId", call_id),
        ("callId", call.call_id),
        ("campaignId", "60"),
        ("customerId", "43800317962753"),
        ("phone", PHONE),
        ("dstPhone", PHONE),
        ("srcPhone", call.src_phone),
        ("callType", "manual.dial.customer"),
        ("systemDisposition", "CONNECTED"),
        ("dispositionName", "Sale"),
        ("dispositionCode", "Sale"),
        ("lastStatus", "CONNECTED"),
        ("recordingFileUrl", ""),
        ("ringingTime", "0"),
        ("setupTime", "0"),
        ("ivrTime", "0"),
        ("talkTime", "61300"),
        ("dialedTime", "2026-01-05 18:00:00 +0900"),
        ("callConnectedTime", "2026/01/05 18:00:00 +0900"),
        ("callResult", "SUCCESS"),
        ("hangupCauseCode", ""),
        ("dialledPhone", PHONE),
        ("cstmPhone", PHONE),
        ("phoneList", json.dumps({"phoneList": [PHONE]}, separators=(",", ":"))),
        ("shareablePhonesDialIndex", "0"),
        ("unique_id", call.call_id),
        (
            "userAssociations",
            json.dumps(
                [
                    {
                        "userId": "maya",
                        "associtionType": "manualdial.association",
                        "dispositionCode": "Sale",
                        "associationId": association.association_id,
                    }
                ],
                separators=(",", ":"),
            ),
        ),
    ]


async def test_abandoned_call_is_pushed_as_missed_at_the_level_of_the_call_only(
    tmp_path: Path, crm: StubCrm
) -> None:
    async with contact_centre(tmp_path, change=with_apps(app_at(crm))) as centre:
        leg = centre.line.place_call("8447380993", "18005550172")
        await centre.until(
            lambda reader: reader.queued_calls(1), "the call waits, for nobody is logged in"
        )
        centre.line.hang_up(leg)
        (request,) = await arrived(crm, 1)
        told = await centre.read(lambda reader: reader.deliveries(1, 10))

    assert len(told) == 1
    pushed = dict(parameters(request))
    assert pushed["callType"] == "inbound.dial.customer"
    assert pushed["dispositionName"] == "Missed_Call"
    assert pushed["dispositionCode"] == ""
    assert pushed["systemDisposition"] == "CALL_DROP"
    assert pushed["callResult"] == "FAILURE"
    assert pushed["callConnectedTime"] == ""
    assert pushed["dialledPhone"] == "18005550172"
    assert pushed["userAssociations"] == "[]"


async def test_offer_that_nobody_answered_is_no_agent_level_push(
    tmp_path: Path, crm: StubCrm
) -> None:
    async with contact_centre(tmp_path, change=with_apps(app_at(crm))) as centre:
        ravi = await centre.log_in("ravi")
        centre.line.script("1002", RINGS)  # his extension
        leg = centre.line.place_call("8447380993", "18005550172")
        await centre.until_state(ravi, "ringing")
        centre.line.hang_up(leg)
        (request,) = await arrived(crm, 1)

    pushed = dict(parameters(request))
    assert pushed["dispositionName"] == "Missed_Call"
    (association,) = json.loads(pushed["userAssociations"])
    assert association["dispositionCode"] == "application.disposed"


async def test_failed_dial_is_pushed_with_what_the_system_says(
    tmp_path: Path, crm: StubCrm
) -> None:
    async with contact_centre(tmp_path, change=with_apps(app_at(crm))) as centre:
        centre.line.script("5550001", BUSY)
        maya = await centre.log_in("maya")
        call = (await centre.post("voice/manualDial", maya.dial("5550001"))).json()["crtObjectId"]
        await centre.until_state(maya, "wrap")
        await centre.post("voice/disposeCall", maya.dispose(call, dispositionCodeId=32))
        agent_level, call_level = map(dict, map(parameters, await arrived(crm, 2)))

    assert agent_level["dispositionCode"] == "Wrong number"
    assert call_level["systemDisposition"] == "BUSY"
    assert call_level["callResult"] == "FAILURE"
    assert call_level["dispositionName"] == "Wrong number"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"campaign_ids": frozenset({60})}, True),
        ({"campaign_ids": frozenset({270})}, False),
        ({"queue_ids": frozenset({5})}, False),
        ({"enabled": False}, False),
        ({"urls": {}}, False),
    ],
)
async def test_only_apps_that_serve_the_call_are_told(
    tmp_path: Path, crm: StubCrm, changes: dict[str, object], told: bool
) -> None:
    app = replace(app_at(crm), **changes)  # type: ignore[arg-type]
    async with contact_centre(tmp_path, change=with_apps(app)) as centre:
        maya = await centre.log_in("maya")
        await dialled_and_disposed(centre, maya)
        rows = await centre.read(lambda reader: reader.deliveries(1, 10))

    assert len(rows) == (2 if told else 0)


async def both_kinds(crm: StubCrm) -> list[StubRequest]:
    """Wait until the CRM has each kind of push once."""
    count = 2
    while True:
        found = await arrived(crm, count)
        if len({frozenset(name for name, _ in parameters(one)) for one in found}) > 1:
            return found
        count += 1


async def test_masked_numbers_stay_masked_unless_the_app_is_granted_them(
    tmp_path: Path, crm: StubCrm, other_crm: StubCrm
) -> None:
    columns = {"dispose_columns": ["phone1"]}
    apps = with_apps(
        app_at(crm, options=columns),
        app_at(other_crm, "granted", options={**columns, "original_phone": True}),
    )

    def change(configuration: Configuration) -> Configuration:
        processes = tuple(replace(one, masking_enabled=True) for one in configuration.processes)
        return replace(apps(configuration), processes=processes)

    async with contact_centre(tmp_path, change=change) as centre:
        maya = await centre.log_in("maya")
        await dialled_and_disposed(centre, maya)
        hidden, shown = await both_kinds(crm), await both_kinds(other_crm)

    assert not [request for request in hidden if PHONE in request.target]
    for parameter in ("phone", "phone1"):
        assert dict(parameters(hidden[0]))[parameter] == "xxxxxx0272"
        assert dict(parameters(shown[0]))[parameter] == PHONE
    # Not the second that came: a push whose answer was slow comes again.
    (phones,) = {v for one in hidden for name, v in parameters(one) if name == "phoneList"}
    assert phones == '{"phoneList":["xxxxxx0272"]}'
