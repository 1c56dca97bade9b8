"""What /metrics tells, to whom, and that each metric has an entry in docs/metrics.md."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from screenpop.testing.contact_centre import ACCOUNT_TOKEN, ContactCentre, contact_centre

DOCS = Path(__file__).parents[3] / "docs"
LOOPBACK = {"Host": "localhost:8700"}


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[ContactCentre]:
    async with contact_centre(tmp_path) as running:
        yield running


async def told(centre: ContactCentre) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    reply = await centre.client.get("/metrics", headers=LOOPBACK)
    assert reply.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


def of(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


async def test_every_metric_served_has_an_entry_and_every_entry_is_served(
    centre: ContactCentre,
) -> None:
    await centre.log_in("maya")
    page = (DOCS / "metrics.md").read_text("utf-8")
    entries = dict(re.findall(r"^\| `(screenpop_\w+)` \| ([^|]*)\|", page, re.MULTILINE))
    text = (await centre.client.get("/metrics", headers=LOOPBACK)).text
    served = {
        family.name + ("_total" if family.type == "counter" else ""): family
        for family in text_string_to_metric_families(text)
    }
    assert served.keys() == entries.keys()
    for name, family in served.items():
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        assert labels <= set(re.findall(r"`(\w+)`", entries[name])), name


async def test_a_dial_is_counted_from_request_to_call(centre: ContactCentre) -> None:
    maya = await centre.log_in("maya")
    dial = maya.dial("8447380993")
    for _ in range(2):
        assert (await centre.post("voice/manualDial", dial)).status_code == 200
    refused = await centre.post("voice/manualDial", maya.dial("8447380993"))
    assert refused.status_code == 512
    now = await told(centre)
    dialled = "dialling.manual_dial"
    assert now[of("screenpop_commands_total", use_case=dialled, outcome="done")] == 1
    assert now[of("screenpop_commands_total", use_case=dialled, outcome="replayed")] == 1
    assert now[of("screenpop_commands_total", use_case=dialled, outcome="agent.busy")] == 1
    assert now[of("screenpop_command_seconds_count", use_case=dialled)] == 3
    assert now[of("screenpop_http_requests_total", room="voice", status="512")] == 1
    assert now[of("screenpop_store_commit_seconds_count")] > 0
    assert now[of("screenpop_line_up")] == 1
    assert sum(v for (name, _), v in now.items() if name == "screenpop_calls") == 1
    assert sum(v for (name, _), v in now.items() if name == "screenpop_sessions") == 1


async def test_failed_login_is_counted_once(centre: ContactCentre) -> None:
    body = {"userId": "maya", "token": "wrong"}
    await centre.client.post("/ameyorestapi/userLogin/login", json=body)
    await told(centre)
    assert (await told(centre))[of("screenpop_logins_failed_total")] == 1


async def test_nothing_told_is_an_id_or_a_number(centre: ContactCentre) -> None:
    maya = await centre.log_in("maya")
    await centre.post("voice/manualDial", maya.dial("8447380993"))
    text = (await centre.client.get("/metrics", headers=LOOPBACK)).text
    for secret in ("8447380993", maya.session_id, maya.seat, "maya"):
        assert secret not in text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (LOOPBACK, 200),
        ({"Host": "127.0.0.1:8700"}, 200),
        ({"Host": "rebound.example"}, 401),
        ({**LOOPBACK, "X-Forwarded-For": "192.0.2.7"}, 401),
        ({"Host": "elsewhere", "Authorization": ACCOUNT_TOKEN}, 200),
        ({"Host": "elsewhere", "Authorization": "Basic ZGVtby1hcGk6d3Jvbmc="}, 401),
    ],
)
async def test_told_on_loopback_or_to_an_administrators_account(
    centre: ContactCentre, headers: dict[str, str], status: int
) -> None:
    assert (await centre.client.get("/metrics", headers=headers)).status_code == status


async def test_other_machine_needs_an_account(centre: ContactCentre) -> None:
    application = centre.client._transport.app  # type: ignore[attr-defined]
    transport = httpx2.ASGITransport(application, client=("192.0.2.7", 50_000))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as far:
        assert (await far.get("/metrics")).status_code == 401
        allowed = await far.get("/metrics", headers={"Authorization": ACCOUNT_TOKEN})
        assert allowed.status_code == 200


async def test_each_reply_names_its_request(centre: ContactCentre) -> None:
    paths = ("/healthz", "/api/v1/nothing", "/ameyorestapi/voice/hold", "/dacx/dispose")
    names = [(await centre.client.get(path)).headers["x-request-id"] for path in paths]
    assert len(set(names)) == len(paths)
    assert len({name.partition("-")[0] for name in names}) == 1
