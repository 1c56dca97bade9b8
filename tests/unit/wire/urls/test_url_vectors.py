"""The golden vectors of contract 3: the same files that the front end's tests read."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from screenpop.wire.urls import (
    CallValues,
    ComposeOptions,
    DisposeAgentValues,
    DisposeCallValues,
    LoginValues,
    UrlError,
    UrlTemplate,
    UrlValues,
    UserAssociation,
    compose,
    explain,
    parse,
)
from screenpop.wire.urls.parameters import ONLY_PLACEHOLDERS, STANDARD

VECTORS = Path(__file__).parents[4] / "contracts" / "vectors" / "urls"
COMPOSED = (
    "login",
    "call",
    "preview",
    "dispose",
    "own-query-and-options",
    "placeholders",
    "customer-info-limit",
)
KINDS: Mapping[tuple[str, str | None], type[UrlValues]] = {
    ("login", None): LoginValues,
    ("call", None): CallValues,
    ("preview", None): CallValues,
    ("dispose", "agent"): DisposeAgentValues,
    ("dispose", "call"): DisposeCallValues,
}


def cases(*files: str) -> list[Any]:
    return [
        pytest.param(case["input"], case["output"], id=f"{file}: {case['name']}")
        for file in files
        for case in json.loads((VECTORS / f"{file}.json").read_text("utf-8"))["cases"]
    ]


def field_names(kind: type[UrlValues]) -> dict[str, str]:
    """The contract's name of a value → our field."""
    tables = (*STANDARD[kind], *ONLY_PLACEHOLDERS[kind])
    return {one.name: one.attribute for one in tables} | {
        "additionalParams": "additional_params",
        "customerInfo": "customer",
        "sessionJwt": "session_jwt",
    }


def read_value(name: str, value: Any) -> Any:
    if name == "userAssociations":
        return tuple(
            UserAssociation(
                user_id=one["userId"],
                association_type=one["associtionType"],
                disposition_code=one["dispositionCode"],
                association_id=one["associationId"],
            )
            for one in value
        )
    if name in {"dialedTime", "callConnectedTime"}:
        return datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def composition(case: dict[str, Any]) -> tuple[UrlTemplate, UrlValues, ComposeOptions]:
    kind = KINDS[case["point"], case.get("push")]
    names = field_names(kind)
    values = kind(**{names[name]: read_value(name, one) for name, one in case["values"].items()})
    asked = case.get("options", {})
    options = ComposeOptions(
        standard_set=asked.get("standardSet", True),
        session_ids=asked.get("sessionIds", True),
        switched_off=frozenset(asked.get("switchedOff", ())),
        bearer_session=asked.get("bearerSession", False),
        query_limit=asked.get("queryLimit", 2000),
        customer_columns=tuple(asked.get("customerColumns", ())),
    )
    return UrlTemplate.parse(case["url"], case["point"]), values, options


def compose_case(case: dict[str, Any]) -> str:
    return compose(*composition(case))


def wire_names(kind: type[UrlValues], values: object) -> dict[str, Any]:
    names = {attribute: name for name, attribute in reversed(field_names(kind).items())}
    found: dict[str, Any] = {}
    for one in fields(values):  # type: ignore[arg-type]
        value = getattr(values, one.name)
        if value is None or value in ((), {}):
            continue
        if isinstance(value, datetime):
            value = value.isoformat()
        if one.name == "user_associations":
            value = [
                {
                    "userId": entry.user_id,
                    "associtionType": entry.association_type,
                    "dispositionCode": entry.disposition_code,
                    "associationId": entry.association_id,
                }
                for entry in value
            ]
        found[names[one.name]] = list(value) if isinstance(value, tuple) else value
    return found


def parse_case(case: dict[str, Any]) -> dict[str, Any]:
    context = parse(case["url"])
    names = {
        attribute: name
        for kind in (CallValues, LoginValues)
        for name, attribute in field_names(kind).items()
        if name not in {"session_id", "sessionJwt"}
    } | {"campaign_ids": "campaignIds", "customer_info_truncated": "customerInfoTruncated"}
    found: dict[str, Any] = {}
    for one in fields(context):
        value = getattr(context, one.name)
        if value is None or (value is False and one.name == "customer_info_truncated"):
            continue
        if one.name == "disposal":
            value = wire_names(type(value), value)
        elif isinstance(value, Mapping):
            value = dict(value)
        elif isinstance(value, tuple):
            value = list(value)
        if value not in ([], {}):
            found[names.get(one.name, one.name)] = value
    return found


def refused_case(case: dict[str, Any]) -> str:
    with pytest.raises(UrlError) as refusal:
        UrlTemplate.parse(case["url"], case["point"], field="urls", columns=case.get("columns"))
    assert refusal.value.field == "urls"
    assert refusal.value.reason.endswith(".")
    assert refusal.value.cure.endswith(".")
    return refusal.value.kind


@pytest.mark.parametrize(("case", "expected"), cases(*COMPOSED))
def test_composed_url_is_the_vector_to_the_byte(case: dict[str, Any], expected: str) -> None:
    assert compose_case(case) == expected


@pytest.mark.parametrize(("case", "expected"), cases(*COMPOSED))
def test_explanation_is_of_the_very_url_that_is_composed(
    case: dict[str, Any], expected: str
) -> None:
    assert explain(*composition(case)).url == expected


@pytest.mark.parametrize(("case", "expected"), cases("parse"))
def test_url_is_read_as_the_vector_says(case: dict[str, Any], expected: dict[str, Any]) -> None:
    assert parse_case(case) == expected


@pytest.mark.parametrize(("case", "expected"), cases("refused"))
def test_configured_url_is_refused_with_its_kind_of_error(
    case: dict[str, Any], expected: str
) -> None:
    assert refused_case(case) == expected
