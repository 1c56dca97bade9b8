"""What the API changed is in the export, and another server begins with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from screenpop.cli import main
from screenpop.domain.configuration import Configuration
from screenpop.settings import Settings, read_configuration
from screenpop.settings.export import toml_of
from screenpop.testing.contact_centre import ACCOUNT_TOKEN, ContactCentre, contact_centre

CHANGES = {
    "contactCenters/1": {"name": "Ours", "timeZone": "Asia/Kolkata", "breakReasons": ["Tea"]},
    "processes/4": {"name": "Support", "customerColumns": ["phone1", "mail"], "lenient": True},
    "plans/9": {
        "name": "Solved",
        "classes": [
            {
                "dispositionClassId": 1,
                "name": "Any",
                "codes": [{"dispositionCodeId": 91, "name": "Solved", "needsCallbackTime": True}],
            }
        ],
    },
    "campaigns/80": {
        "name": "Neu · ü \"'",
        "campaignType": "Interactive Voice Application",
        "processId": 4,
        "planId": 9,
        "wrapTime": 1_500,
        "dispositionPattern": "forced",
        "callerId": "18005550100",
    },
    "queues/6": {
        "name": "Second",
        "campaignId": 80,
        "dids": ["18005550199"],
        "longestWait": 90_500,
        "overflowNumber": "18005550123",
        "closedHours": [{"days": ["sat", "sun"], "from": "00:00", "to": "24:00"}],
    },
    "users/nina": {"name": "Nina", "processId": 4, "campaignIds": [80], "password": "first"},
    "accounts/crm": {"secret": "s", "administrator": True},
}
APP = {"name": "Wiki", "processId": 4, "kind": "page", "urls": {"call": "https://wiki.example/c"}}


async def change(centre: ContactCentre) -> None:
    headers = {"Authorization": ACCOUNT_TOKEN}
    for path, body in CHANGES.items():
        reply = await centre.client.put(f"/api/v1/{path}", json=body, headers=headers)
        assert reply.status_code in {200, 201}, reply.text
    added = await centre.client.post("/api/v1/apps", json={"appId": "wiki", **APP}, headers=headers)
    assert added.status_code == 201, added.text


def as_set(configuration: Configuration) -> Configuration:
    """Return a configuration without what no file can say: versions, and who set it."""
    apps = [replace(app, by_api=False, revision=1) for app in configuration.apps]
    apps.sort(key=lambda app: app.position)
    numbered = tuple(replace(app, position=place) for place, app in enumerate(apps))
    return replace(configuration, version=0, file_digest="", apps=numbered)


@pytest.fixture
def files(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A server's file that says where the data is, in whichever store."""
    url = request.getfixturevalue("database") if "postgres" in request.node.name else ""
    file = tmp_path / "screenpop.toml"
    section = f'[server]\ndata_folder = "{tmp_path / "data"}"\ndatabase = "{url}"\n'
    least = '[[contact_center]]\nid = 1\nname = "C"\n[[process]]\nid = 3\nname = "P"\n'
    file.write_text(section + least)
    return file


async def test_export_of_a_running_server_is_good_and_starts_another_with_the_same(
    tmp_path: Path,
    on_store: Callable[[Settings], Settings],
    files: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with contact_centre(tmp_path / "data", settings=on_store) as centre:
        await change(centre)
        capsys.readouterr()
        assert main(["export-config", "--config", str(files)]) == 0
        exported = tmp_path / "exported.toml"
        exported.write_text(capsys.readouterr().out, "utf-8")
        present = centre.core.configuration()

    assert main(["check-config", str(exported)]) == 0
    read = read_configuration(exported.read_text("utf-8"), exported)
    assert as_set(read) == as_set(present)
    assert {"Neu · ü \"'", "Inbound Support"} <= {c.name for c in read.campaigns}
    async with contact_centre(tmp_path / "other", change=lambda _: read) as other:
        begun = other.core.configuration()
        assert as_set(begun) == as_set(present)
        assert toml_of(begun) == exported.read_text("utf-8")
        login = await other.client.post(
            "/ameyorestapi/userLogin/login", json={"userId": "nina", "token": "first"}
        )
        assert login.status_code == 200


@pytest.mark.parametrize("arguments", [[], ["data", "--config", "file"]])
def test_it_is_asked_for_by_one_name(arguments: list[str], capsys: Any) -> None:
    assert main(["export-config", *arguments]) == 1
    assert "either the data folder" in capsys.readouterr().err


@pytest.mark.needs("postgresql")
def test_database_without_a_configuration_is_said(
    tmp_path: Path, database: str, capsys: Any
) -> None:
    file = tmp_path / "screenpop.toml"
    file.write_text(
        f'[server]\ndatabase = "{database}"\n'
        '[[contact_center]]\nid = 1\nname = "C"\n[[process]]\nid = 3\nname = "P"\n'
    )
    assert main(["export-config", "--config", str(file)]) == 1
    assert "Nothing is configured in the database" in capsys.readouterr().err


async def test_what_the_api_changed_stays_over_a_restart_with_the_same_file_only(
    tmp_path: Path, on_store: Callable[[Settings], Settings]
) -> None:
    async with contact_centre(tmp_path, settings=on_store) as centre:
        await change(centre)
        kept = centre.core.configuration()
    async with contact_centre(tmp_path, settings=on_store) as again:
        assert again.core.configuration() == kept

    def another(configuration: Configuration) -> Configuration:
        return replace(configuration, break_reasons=("Another",))

    async with contact_centre(tmp_path, settings=on_store, change=another) as other:
        present = other.core.configuration()
        assert present.break_reasons == ("Another",)
        assert "nina" not in present.user_by_folded_id
        assert "wiki" in present.app_by_id
