"""Disposition patterns of a campaign, on each store (contract 5, "A session's life")."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from screenpop.domain.commands import Acting, DisposeCall, DispositionChoice
from screenpop.domain.configuration import Configuration, DispositionPattern
from screenpop.domain.errors import DispositionElsewhereError
from screenpop.services import disposing
from screenpop.settings import Settings
from screenpop.testing.clock import ManualClock
from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre

Run = Callable[[DispositionPattern], AbstractAsyncContextManager[ContactCentre]]
PHONE = "8447380993"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def run(tmp_path: Path, clock: ManualClock, on_store: Callable[[Settings], Settings]) -> Run:
    def run(pattern: DispositionPattern) -> AbstractAsyncContextManager[ContactCentre]:
        def change(configuration: Configuration) -> Configuration:
            campaigns = [replace(c, disposition_pattern=pattern) for c in configuration.campaigns]
            return replace(configuration, campaigns=tuple(campaigns))

        return contact_centre(tmp_path, clock=clock, settings=on_store, change=change)

    return run


async def in_wrap(centre: ContactCentre) -> tuple[LoggedIn, str]:
    """Dial, talk, and let the customer hang up; return the agent and the call."""
    maya = await centre.log_in("maya")
    dialled = await centre.post("voice/manualDial", maya.dial(PHONE))
    call: str = dialled.json()["crtObjectId"]
    await centre.until_state(maya, "onCall")
    customer = await centre.read(lambda reader: reader.call(call))
    assert customer is not None
    centre.line.hang_up(customer.customer_leg_id)
    await centre.until_state(maya, "wrap")
    return maya, call


async def by_console(centre: ContactCentre, agent: LoggedIn, call: str) -> Any:
    choice = DispositionChoice(disposition_code_id=11, by_crm=False)
    acting = Acting(agent.session_id, session_suffices=True)
    return await centre.core.run(
        disposing.dispose_call, DisposeCall(acting, None, None, call, choice)
    )


@pytest.mark.parametrize("pattern", [DispositionPattern.CRM, DispositionPattern.BOTH])
async def test_crm_disposes_where_the_pattern_lets_it(
    run: Run, pattern: DispositionPattern
) -> None:
    async with run(pattern) as centre:
        maya, call = await in_wrap(centre)
        if pattern is DispositionPattern.CRM:
            with pytest.raises(DispositionElsewhereError, match="in the crm only"):
                await by_console(centre, maya, call)
            await centre.until_state(maya, "wrap")
        done = await centre.post("voice/disposeCall", maya.dispose(call))
        assert done.status_code == 200
        await centre.until_state(maya, "ready")


@pytest.mark.parametrize("pattern", [DispositionPattern.CONSOLE, DispositionPattern.BOTH])
async def test_console_disposes_where_the_pattern_lets_it(
    run: Run, pattern: DispositionPattern
) -> None:
    async with run(pattern) as centre:
        maya, call = await in_wrap(centre)
        if pattern is DispositionPattern.CONSOLE:
            refused = await centre.post("voice/disposeCall", maya.dispose(call))
            assert (refused.status_code, refused.json()["message"]) == (512, "disposition.not.here")
            next_one = maya.dispose_and_dial(call, "7905690272")
            refused = await centre.post("voice/disposeAndManualDial", next_one)
            assert (refused.status_code, refused.json()["message"]) == (512, "disposition.not.here")
            await centre.until_state(maya, "wrap")
        await by_console(centre, maya, call)
        await centre.until_state(maya, "ready")


async def test_forced_pattern_never_runs_out_and_lets_no_next_call_come_before_the_disposal(
    run: Run, clock: ManualClock
) -> None:
    async with run(DispositionPattern.FORCED) as centre:
        maya, call = await in_wrap(centre)
        (open_one,) = await centre.read(lambda reader: reader.open_associations(maya.session_id))
        assert open_one.wrap_ends_at is None
        clock.advance(60_000)
        centre.line.place_call("7905690272", "18005550172")
        await centre.until(
            lambda reader: [c.call_state for c in reader.queued_calls(1)] == ["queued"], "it waits"
        )
        refused = await centre.post("voice/manualDial", maya.dial("7905690272"))
        assert (refused.status_code, refused.json()["message"]) == (512, "call.not.disposed")
        await centre.until_state(maya, "wrap")

        done = await centre.post("voice/disposeCall", maya.dispose(call))
        assert done.status_code == 200
        await centre.until_state(maya, "onCall")


async def test_wrap_of_another_pattern_runs_out(run: Run, clock: ManualClock) -> None:
    async with run(DispositionPattern.BOTH) as centre:
        maya, call = await in_wrap(centre)
        clock.advance(30_000)
        await centre.until_state(maya, "ready")
        refused = await centre.post("voice/disposeCall", maya.dispose(call))
        assert refused.json()["message"] == "call.already.disposed"
