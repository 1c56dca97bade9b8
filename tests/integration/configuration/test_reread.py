"""A server reads its file again on SIGHUP, and drops no call."""

import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from screenpop.bootstrap.process import _reread_on_hangup
from screenpop.cli import main
from screenpop.demo import world
from screenpop.domain.configuration import Configuration
from screenpop.domain.events import ConfigurationChanged
from screenpop.settings import load, read_configuration
from screenpop.settings.export import toml_of
from screenpop.testing.contact_centre import ContactCentre, contact_centre

DEMO = world.load().configuration


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[ContactCentre]:
    async with contact_centre(tmp_path / "data") as running:
        yield running


def renamed(name: str) -> Configuration:
    first, *others = DEMO.campaigns
    return replace(DEMO, campaigns=(replace(first, name=name), *others))


async def test_hangup_takes_the_changed_file_and_keeps_calls(centre: ContactCentre) -> None:
    maya = await centre.log_in("maya")
    dialled = (await centre.post("voice/manualDial", maya.dial("8447380993"))).json()
    _reread_on_hangup(centre.node, lambda: renamed("Renamed"))
    os.kill(os.getpid(), signal.SIGHUP)
    await centre.until(
        lambda reader: reader.configuration.campaigns[0].name == "Renamed", "the file is taken"
    )
    told = [e for e in await centre.events(maya) if isinstance(e.event, ConfigurationChanged)]
    assert len(told) == 1
    done = await centre.post("voice/disposeCall", maya.dispose(dialled["crtObjectId"]))
    assert done.status_code == 200


async def test_broken_file_is_refused_and_the_old_one_stays(
    centre: ContactCentre, tmp_path: Path
) -> None:
    file = tmp_path / "screenpop.toml"
    file.write_text('[[contact_center]]\nid = "one"\n')
    before = centre.core.configuration()
    assert not await centre.node.reread(lambda: load(file).configuration)
    assert centre.core.configuration() is before


async def test_campaign_with_agents_at_work_cannot_be_taken_away(centre: ContactCentre) -> None:
    await centre.log_in("ravi")
    without = replace(
        DEMO,
        campaigns=tuple(c for c in DEMO.campaigns if c.campaign_id != 172),
        queues=(),
        users=tuple(replace(u, campaign_ids=()) for u in DEMO.users),
    )
    assert not await centre.node.reread(lambda: without)
    assert 172 in centre.core.configuration().campaign_by_id


async def test_same_file_again_changes_nothing(centre: ContactCentre) -> None:
    version = centre.core.configuration().version
    assert await centre.node.reread(lambda: DEMO)
    assert centre.core.configuration().version == version


async def test_what_a_running_server_has_is_exported(
    centre: ContactCentre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await centre.node.reread(lambda: renamed("Neu · ü"))
    capsys.readouterr()  # what was logged until now
    assert main(["export-config", str(tmp_path / "data")]) == 0
    exported = read_configuration(capsys.readouterr().out, Path("exported.toml"))
    assert exported == renamed("Neu · ü")
    assert toml_of(exported) == toml_of(centre.core.configuration())
