"""Configured URLs: what is read from them, and what a refusal says (contract 3)."""

import pytest

from screenpop.wire.urls import (
    CallValues,
    ComposeOptions,
    LoginValues,
    Point,
    QueryLimitOutOfRange,
    SchemeNotAllowed,
    UnknownParameter,
    UnknownPlaceholder,
    UrlTemplate,
    compose,
)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://crm.example.com", "https://crm.example.com"),
        ("HTTPS://CRM.Example.com:443/p", "https://crm.example.com"),
        ("https://crm.example.com:08443/p?a#b", "https://crm.example.com:8443"),
        ("http://localhost:3000/p", "http://localhost:3000"),
        ("http://desk.localhost/p", "http://desk.localhost"),
        ("http://127.9.9.9:80/", "http://127.9.9.9"),
        ("http://[::1]:3000/", "http://[::1]:3000"),
        ("https://192.168.0.1/", "https://192.168.0.1"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example"),
        ("https://crm_old.example.com./x", "https://crm_old.example.com."),
    ],
)
def test_origin_is_written_as_a_browser_writes_it(url: str, origin: str) -> None:
    assert UrlTemplate.parse(url, Point.LOGIN).origin == origin


def test_spaces_around_a_pasted_url_are_dropped() -> None:
    template = UrlTemplate.parse(" https://crm.example.com/p\n", "login")
    assert template.configured == "https://crm.example.com/p"


def test_an_unknown_placeholder_is_refused_with_field_reason_and_cure() -> None:
    with pytest.raises(UnknownPlaceholder) as refusal:
        UrlTemplate.parse(
            "https://crm.example.com/{customer.nme}",
            "call",
            field="apps.demo.urls.call",
            columns=("name", "city"),
        )
    error = refusal.value
    assert error.field == "apps.demo.urls.call"
    assert "{customer.nme}" in error.reason
    assert "{customer.name}" in error.cure
    assert "{customer.city}" in error.cure
    assert str(error) == f"{error.field}: {error.reason} {error.cure}"


def test_the_field_of_an_error_is_the_point_when_nothing_else_is_said() -> None:
    with pytest.raises(SchemeNotAllowed) as refusal:
        UrlTemplate.parse("http://crm.example.com/", "preview")
    assert refusal.value.field == "preview"


def test_a_long_host_is_judged_at_once() -> None:
    """A pattern with nested repeats would take for ever here."""
    with pytest.raises(ValueError, match="not a host"):
        UrlTemplate.parse("https://" + "a" * 200 + "!/", "login")


def test_an_unknown_point_is_refused() -> None:
    with pytest.raises(ValueError, match="logout"):
        UrlTemplate.parse("https://crm.example.com/", "logout")


def test_a_template_says_whether_it_needs_a_launch_token() -> None:
    assert UrlTemplate.parse("https://c.example/{LaunchToken}", "login").needs_launch_token
    assert not UrlTemplate.parse("https://c.example/{userId}", "login").needs_launch_token


def test_values_of_another_point_are_a_programming_error() -> None:
    with pytest.raises(TypeError, match="LoginValues"):
        compose(UrlTemplate.parse("https://crm.example.com/", "call"), LoginValues())


def test_a_column_is_found_without_case_when_none_is_spelled_so() -> None:
    template = UrlTemplate.parse("https://crm.example.com/{customer.NAME}", "call")
    only_placeholders = ComposeOptions(standard_set=False)
    for customer, found in (
        ({"name": "a", "NAME": "b"}, "b"),
        ({"Name": "a"}, "a"),
        ({"city": "a"}, ""),
    ):
        url = compose(template, CallValues(customer=customer), only_placeholders)
        assert url == f"https://crm.example.com/{found}"


def test_a_parameter_that_does_not_exist_cannot_be_switched_off() -> None:
    with pytest.raises(UnknownParameter) as refusal:
        ComposeOptions(switched_off=frozenset({"phone", "telephone"}))
    assert refusal.value.field == "switched_off"
    assert "telephone" in refusal.value.reason


@pytest.mark.parametrize("limit", [0, 1999, 7001])
def test_a_query_limit_outside_2000_to_7000_is_refused(limit: int) -> None:
    with pytest.raises(QueryLimitOutOfRange):
        ComposeOptions(query_limit=limit)


def test_a_number_that_json_lacks_is_sent_as_null() -> None:
    values = CallValues(customer={"score": float("nan"), "rate": 1.5})
    url = compose(UrlTemplate.parse("https://crm.example.com/", "call"), values)
    assert "customerInfo=%7B%22score%22%3Anull%2C%22rate%22%3A1.5%7D" in url
