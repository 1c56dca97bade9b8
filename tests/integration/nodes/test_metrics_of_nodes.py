"""Each node of a PostgreSQL installation tells its own metrics, and all of them are documented."""

import re
from pathlib import Path

import httpx2
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from screenpop.testing.server_process import ServerProcess
from tests.integration.durability.floor import eventually
from tests.integration.nodes.floor import Nodes

pytestmark = pytest.mark.needs("postgresql")

PAGE = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text("utf-8")
ENTRIES = set(re.findall(r"^\| `(screenpop_\w+)` \|", PAGE, re.MULTILINE))


async def told_by(server: ServerProcess) -> dict[str, Metric]:
    async with httpx2.AsyncClient(base_url=server.url, timeout=30) as client:
        reply = await client.get("/metrics")
    assert reply.status_code == 200
    return {
        family.name + ("_total" if family.type == "counter" else ""): family
        for family in text_string_to_metric_families(reply.text)
    }


async def sessions(server: ServerProcess) -> float:
    families = await told_by(server)
    return sum(sample.value for sample in families["screenpop_sessions"].samples)


async def commands(server: ServerProcess, use_case: str) -> float:
    families = await told_by(server)
    return sum(
        sample.value
        for sample in families["screenpop_commands_total"].samples
        if sample.labels["use_case"] == use_case
    )


async def test_metrics_of_both_nodes_have_exactly_the_documented_names(nodes: Nodes) -> None:
    first, second = nodes.servers
    async with nodes.client(first) as client:
        await client.log_in("agent0", "maya")
    for server in (first, second):
        assert set(await told_by(server)) == ENTRIES


async def test_what_the_database_knows_is_told_by_both_and_what_a_node_did_by_itself(
    nodes: Nodes,
) -> None:
    first, second = nodes.servers
    async with nodes.client(first) as client:
        await client.log_in("agent0", "maya")
    assert [await sessions(first), await sessions(second)] == [1, 1]
    logins = [await commands(server, "sessions.login") for server in (first, second)]
    assert logins == [1, 0]

    async def line_is_up() -> bool:
        told = [(await told_by(server))["screenpop_line_up"].samples[0].value
                for server in (first, second)]  # fmt: skip
        return told == [1, 1]

    await eventually(line_is_up, "both nodes see the line up")
