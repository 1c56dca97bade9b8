"""What the preview of an app says about its URLs (contract 3)."""

from screenpop.wire.urls import (
    CallValues,
    ComposeOptions,
    DisposeAgentValues,
    LeftOut,
    LoginValues,
    ParameterSource,
    Place,
    PlaceholderUse,
    Source,
    UrlTemplate,
    explain,
)


def test_each_parameter_has_its_source_and_says_whether_it_is_empty() -> None:
    template = UrlTemplate.parse("https://crm.example.com/?app=a+b&who={userName}&flag", "login")
    told = explain(template, LoginValues(user_id="maya"))
    assert told.parameters[:5] == (
        ParameterSource("app", "a b", Source.CONFIGURED, empty=False),
        ParameterSource("who", "", Source.PLACEHOLDER, empty=True),
        ParameterSource("flag", "", Source.CONFIGURED, empty=True),
        ParameterSource("userId", "maya", Source.STANDARD, empty=False),
        ParameterSource("userName", "", Source.STANDARD, empty=True),
    )


def test_a_customer_column_of_a_push_is_told_apart_from_the_standard_set() -> None:
    told = explain(
        UrlTemplate.parse("https://crm.example.com/", "dispose"),
        DisposeAgentValues(customer={"city": "Köln"}, crm_session_id="S"),
        ComposeOptions(customer_columns=("city",)),
    )
    assert told.parameters[-2:] == (
        ParameterSource("city", "Köln", Source.CUSTOMER_COLUMN, empty=False),
        ParameterSource("crmSessionId", "S", Source.STANDARD, empty=False),
    )


def test_placeholders_say_where_they_stand_and_which_were_empty() -> None:
    template = UrlTemplate.parse(
        "https://crm.example.com/{phone}/{customer.name|nobody}?q={queueName}#{locale}", "call"
    )
    told = explain(template, CallValues(phone="1", locale="en"))
    assert told.placeholders == (
        PlaceholderUse("{phone}", Place.PATH, "1", empty=False),
        PlaceholderUse("{customer.name|nobody}", Place.PATH, "nobody", empty=True),
        PlaceholderUse("{queueName}", Place.QUERY, "", empty=True),
        PlaceholderUse("{locale}", Place.FRAGMENT, "en", empty=False),
    )
    assert told.empty_placeholders == ("{customer.name|nobody}", "{queueName}")


def test_a_value_that_may_not_stand_in_a_path_is_told_as_empty() -> None:
    template = UrlTemplate.parse("https://crm.example.com/{queueName|none}?q={queueName}", "call")
    told = explain(template, CallValues(queue_name=".."))
    assert told.url.startswith("https://crm.example.com/none?q=..&")
    assert told.placeholders == (
        PlaceholderUse("{queueName|none}", Place.PATH, "none", empty=True),
        PlaceholderUse("{queueName}", Place.QUERY, "..", empty=False),
    )


def test_what_is_left_out_has_its_reason() -> None:
    told = explain(
        UrlTemplate.parse("https://crm.example.com/?PHONE=1", "call"),
        CallValues(call_type="outbound.manual.dial"),
        ComposeOptions(session_ids=False, switched_off=frozenset({"locale"})),
    )
    withheld = "the app may neither control, dial nor dispose"
    assert told.left_out == (
        LeftOut("userCrtObjectId", withheld),
        LeftOut("phone", "stands in the configured URL"),
        LeftOut("sessionId", withheld),
        LeftOut("session_id", withheld),
        LeftOut("locale", "switched off for this app"),
        LeftOut("queueId", "inbound only"),
        LeftOut("queueName", "inbound only"),
        LeftOut("crmSessionId", "only under SSO"),
    )


def test_kind_page_gets_nothing_of_the_standard_set() -> None:
    told = explain(
        UrlTemplate.parse("https://crm.example.com/kb", "login"),
        LoginValues(user_id="maya"),
        ComposeOptions(standard_set=False),
    )
    assert told.parameters == ()
    assert {one.reason for one in told.left_out} == {"the app gets its own placeholders only"}


def test_customer_info_that_was_cut_is_visible() -> None:
    told = explain(
        UrlTemplate.parse("https://crm.example.com/", "call"),
        CallValues(customer={"notes": "x" * 3000}),
    )
    assert ParameterSource("customerInfoTruncated", "true", Source.STANDARD, empty=False) in (
        told.parameters
    )
