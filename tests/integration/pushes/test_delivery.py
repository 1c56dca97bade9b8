"""How pushes reach a CRM: at least once, in order, side by side, over outages (contract 3.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from screenpop.domain.delivery import DeliveryState
from screenpop.ports.bus import DELIVERIES
from screenpop.ports.store import Reader
from screenpop.testing.clock import ManualClock
from screenpop.testing.contact_centre import ContactCentre, contact_centre
from screenpop.testing.stub_crm import StubAnswer, StubCrm, StubRequest
from tests.integration.pushes.receiver import (
    app_at,
    arrived,
    dialled_and_disposed,
    parameters,
    with_apps,
)

MINUTE = 60_000
HOUR = 60 * MINUTE
DOWN = StubAnswer(503)


def all_in(state: DeliveryState, count: int, app_id: str | None = None) -> Callable[[Reader], bool]:
    """Whether ``count`` deliveries are in that state and none in another."""

    def look(reader: Reader) -> bool:
        found = reader.deliveries(1, 1000, app_id=app_id)
        return len(found) == count and all(one.state is state for one in found)

    return look


async def tried(centre: ContactCentre, clock: ManualClock) -> None:
    """Wait until everything that is due now was tried."""
    now = clock.now()
    centre.node.bus.publish([DELIVERIES])  # the clock has moved: look at once
    await centre.until(lambda reader: not reader.due_deliveries(now, 1000), "all was tried")


def call_of(request: StubRequest) -> str:
    told = dict(parameters(request))
    return told.get("customerCRTId") or told["crtObjectId"]


async def test_receiver_that_is_down_for_a_day_gets_every_push_in_order_with_its_id(
    tmp_path: Path, crm: StubCrm
) -> None:
    crm.script("/dispose", DOWN)
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock, change=with_apps(app_at(crm))) as centre:
        maya = await centre.log_in("maya")
        calls = [await dialled_and_disposed(centre, maya) for _ in range(3)]
        for _ in range(24 * 2):
            await tried(centre, clock)
            clock.advance(30 * MINUTE)
        await tried(centre, clock)
        refused = crm.requests
        crm.script("/dispose", StubAnswer(204))
        clock.advance(HOUR)
        await centre.until(all_in(DeliveryState.DELIVERED, 6))
    taken = crm.requests[len(refused) :]

    # While it was down, only the first of each call was tried, under the same id every time.
    ids = defaultdict(set)
    for request in refused:
        assert "customerCRTId" not in dict(parameters(request))
        ids[call_of(request)].add(request.header("X-Delivery-Id"))
    assert set(ids) == set(calls)
    assert all(len(one) == 1 for one in ids.values())
    assert len(refused) > 3 * 40
    # Then each call's pushes came in order, the repeated one with the id it always had.
    for call in calls:
        # A last refusal may stand among what was taken: at least once, under the same id.
        of_call = {one.header("X-Delivery-Id"): one for one in taken if call_of(one) == call}
        first, second = of_call.values()
        assert {first.header("X-Delivery-Id")} == ids[call]
        assert "customerCRTId" in dict(parameters(second))
        assert second.header("X-Delivery-Id") not in ids[call]
    assert len({request.target for request in refused}) == 3  # the same facts on every try


async def test_push_is_set_aside_after_72_hours_and_can_be_sent_again(
    tmp_path: Path, crm: StubCrm
) -> None:
    crm.script("/dispose", DOWN)
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock, change=with_apps(app_at(crm))) as centre:
        maya = await centre.log_in("maya")
        await dialled_and_disposed(centre, maya)
        await tried(centre, clock)
        clock.advance(71 * HOUR)
        await tried(centre, clock)
        (waiting,) = [
            one
            for one in await centre.read(lambda reader: reader.deliveries(1, 10))
            if one.position == 1
        ]
        assert waiting.state is DeliveryState.PENDING
        assert waiting.tries == 2
        clock.advance(HOUR + 1)
        await centre.until(all_in(DeliveryState.SET_ASIDE, 2), "both are set aside")
        (given_up, _) = sorted(
            await centre.read(lambda reader: reader.deliveries(1, 10)),
            key=lambda one: one.position,
        )
    assert given_up.last_status == 503
    assert given_up.last_answer.startswith("72 hours are over.")


async def test_other_4xx_is_set_aside_at_once_and_holds_up_nothing(
    tmp_path: Path, crm: StubCrm
) -> None:
    crm.script("/dispose", StubAnswer(404), StubAnswer(200))
    async with contact_centre(tmp_path, change=with_apps(app_at(crm))) as centre:
        maya = await centre.log_in("maya")
        await dialled_and_disposed(centre, maya)
        await arrived(crm, 2)
        await centre.until(lambda reader: not reader.due_deliveries(2**60, 10))
        told = await centre.read(lambda reader: reader.deliveries(1, 10))

    assert [(one.position, one.state, one.last_status) for one in reversed(told)] == [
        (1, DeliveryState.SET_ASIDE, 404),
        (2, DeliveryState.DELIVERED, 200),
    ]


async def test_crm_that_hangs_delays_no_other_crm(
    tmp_path: Path, crm: StubCrm, other_crm: StubCrm
) -> None:
    """More calls than the hanging one has places, and the other has every push meanwhile."""
    crm.script("/dispose", StubAnswer(hang=True))
    apps = with_apps(app_at(crm), app_at(other_crm, "other"))
    async with contact_centre(tmp_path, change=apps) as centre:
        maya = await centre.log_in("maya")
        for _ in range(6):
            await dialled_and_disposed(centre, maya)
        await centre.until(all_in(DeliveryState.DELIVERED, 12, "other"))
        hanging = len(crm.requests)

    assert hanging == 4  # its places are taken, no more are asked for
    assert len(other_crm.requests) == 12


async def test_calls_of_one_app_go_side_by_side(tmp_path: Path, crm: StubCrm) -> None:
    crm.script("/dispose", StubAnswer(hang=True), StubAnswer(200))
    async with contact_centre(tmp_path, change=with_apps(app_at(crm))) as centre:
        maya = await centre.log_in("maya")
        stuck = await dialled_and_disposed(centre, maya)
        await arrived(crm, 1)
        second = await dialled_and_disposed(centre, maya)
        await arrived(crm, 3)

    assert [call_of(one) for one in crm.requests] == [stuck, second, second]


async def test_what_was_not_delivered_is_delivered_after_a_restart(
    tmp_path: Path, crm: StubCrm
) -> None:
    crm.script("/dispose", StubAnswer(hang=True), StubAnswer(200))
    apps = with_apps(app_at(crm))
    async with contact_centre(tmp_path, change=apps) as centre:
        maya = await centre.log_in("maya")
        await dialled_and_disposed(centre, maya)
        await arrived(crm, 1)

    async with contact_centre(tmp_path, change=apps) as centre:
        await centre.until(all_in(DeliveryState.DELIVERED, 2))

    first, again, last = crm.requests
    assert first.target == again.target
    assert first.header("X-Delivery-Id") == again.header("X-Delivery-Id")
    assert last.header("X-Delivery-Id") != first.header("X-Delivery-Id")


async def test_push_of_an_app_that_is_gone_is_set_aside(tmp_path: Path, crm: StubCrm) -> None:
    crm.script("/dispose", DOWN)
    async with contact_centre(tmp_path, change=with_apps(app_at(crm))) as centre:
        maya = await centre.log_in("maya")
        await dialled_and_disposed(centre, maya)
        await arrived(crm, 1)

    async with contact_centre(tmp_path, change=with_apps()) as centre:
        await centre.until(all_in(DeliveryState.SET_ASIDE, 2))
        told = await centre.read(lambda reader: reader.deliveries(1, 10))

    assert all("has no dispose URL" in one.last_answer for one in told)
