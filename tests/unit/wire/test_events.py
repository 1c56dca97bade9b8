"""The reducer, against the vectors that the TypeScript one passes too."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from screenpop.wire.events import INTERACTION_FIELDS, PAYLOAD_FIELDS, reduce
from tests.integration.core.event_contract import check_event, check_snapshot, document

VECTORS = Path(__file__).parents[3] / "contracts" / "vectors" / "events"


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(VECTORS.glob("*.json"))
        for case in json.loads(path.read_text("utf-8"))["cases"]
    ]


@pytest.mark.parametrize("case", cases())
def test_snapshot_and_events_give_the_later_snapshot(case: dict[str, Any]) -> None:
    given = case["input"]
    assert reduce(given["snapshot"], given["events"]) == case["output"]


@pytest.mark.parametrize("case", cases())
def test_events_may_come_in_several_goes(case: dict[str, Any]) -> None:
    snapshot = case["input"]["snapshot"]
    for event in case["input"]["events"]:
        snapshot = reduce(snapshot, [event])
    assert snapshot == case["output"]


@pytest.mark.parametrize("case", cases())
def test_what_is_given_is_never_changed(case: dict[str, Any]) -> None:
    before = copy.deepcopy(case["input"])
    reduce(case["input"]["snapshot"], case["input"]["events"])
    assert case["input"] == before


@pytest.mark.parametrize("case", cases())
def test_a_vector_keeps_to_the_contract_of_events(case: dict[str, Any]) -> None:
    check_snapshot(case["input"]["snapshot"])
    check_snapshot(case["output"])
    known = document()["$defs"]
    for event in case["input"]["events"]:
        if f"{event['namespace']}.{event['name']}" in known:
            check_event(event)


def test_a_snapshot_keeps_no_more_than_the_present_state() -> None:
    assert not {"timestamp", "seq", "additionalParams", "customerInfo"} & set(INTERACTION_FIELDS)
    assert set(PAYLOAD_FIELDS) - set(INTERACTION_FIELDS) == {"timestamp", "seq"}
