"""Any value, at any point: nothing is added, hidden, reordered or lost (contract 3).

Two readers stand for the CRMs of the field. They are written from the guide's text alone and
know nothing of this package: one parses the query with the standard library, one splits the raw
query on ``&`` and ``=`` and decodes each part.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screenpop.wire.urls import (
    CallValues,
    ComposeOptions,
    DisposeAgentValues,
    DisposeCallValues,
    LoginValues,
    Point,
    UrlTemplate,
    UrlValues,
    UserAssociation,
    compose,
    explain,
    parse,
    sample,
    well_formed,
)


def words(text: str) -> list[str]:
    return text.split()


# The names as the guide's table and the field write them, in order; not taken from our tables.
LOGIN = words(
    """
    userId userName sessionId userType iframeId campaignId crmSessionId userCrtObjectIds
    instanceId locale origin contactCenterId processId
    """
)
CALL = words(
    """
    crm_push_generated_time userCrtObjectId phone disableDispositionOnActiveCall
    campaignId associationType crtObjectId sessionId userId isOrignalPhoneRequiredInCrm
    callType displayPhone instanceId session_id locale origin interactionId iframeId
    contactCenterId customerId customerInfo queueId queueName dstPhone srcPhone
    maskingEnabled crmSessionId
    """
)
AGENT = words(
    """
    crtObjectId userCrtObjectId sessionId userId campaignId customerId phone
    dispositionClass dispositionCode callbackTime name a&b crmSessionId
    """
)
WHOLE_CALL = words(
    """
    customerCRTId callId campaignId customerId phone dstPhone srcPhone callType
    systemDisposition dispositionName dispositionCode lastStatus recordingFileUrl
    ringingTime setupTime ivrTime talkTime dialedTime callConnectedTime callResult
    hangupCauseCode dialledPhone cstmPhone phoneList shareablePhonesDialIndex unique_id
    userAssociations crmSessionId
    """
)

AWKWARD = st.sampled_from(
    [
        "&",
        "=",
        "a&sessionId=x",
        "#f",
        "%",
        "%26",
        "+",
        "?",
        "'\"`",
        "\r\n",
        "\x00",
        "<script>alert(1)</script>",
        "..",
        "\ud800",
        "\udfff\ud800",
        "\u2028",
        "👩‍👩‍👧",
        "é" * 4000,
        "& " * 2000,
        "".join(map(chr, range(0x4E00, 0x4E00 + 4000))),
    ]
)
TEXT = st.one_of(AWKWARD, st.text(min_size=1), st.text(st.characters(), min_size=1, max_size=50))
NUMBER = st.integers(0, 2**53 - 1)
COLUMNS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    st.one_of(TEXT, NUMBER, st.booleans(), st.none()),
    max_size=4,
)

LOGIN_VALUES = st.builds(
    LoginValues,
    user_id=TEXT,
    user_name=TEXT,
    session_id=TEXT,
    user_type=TEXT,
    iframe_id=TEXT,
    campaign_ids=st.lists(NUMBER, min_size=1, max_size=3).map(tuple),
    crm_session_id=TEXT,
    user_crt_object_ids=st.tuples(TEXT),
    instance_id=TEXT,
    locale=TEXT,
    origin=TEXT,
    contact_center_id=NUMBER,
    process_id=NUMBER,
)
CALL_VALUES = st.builds(
    CallValues,
    crm_push_generated_time=NUMBER,
    user_crt_object_id=TEXT,
    phone=TEXT,
    disable_disposition_on_active_call=st.booleans(),
    campaign_id=NUMBER,
    association_type=TEXT,
    crt_object_id=TEXT,
    session_id=TEXT,
    user_id=TEXT,
    is_orignal_phone_required_in_crm=st.booleans(),
    call_type=st.just("inbound.call.dial"),
    display_phone=TEXT,
    instance_id=TEXT,
    locale=TEXT,
    origin=TEXT,
    interaction_id=TEXT,
    iframe_id=TEXT,
    contact_center_id=NUMBER,
    customer_id=NUMBER,
    customer=st.just({}),
    queue_id=NUMBER,
    queue_name=TEXT,
    dst_phone=TEXT,
    src_phone=TEXT,
    masking_enabled=st.booleans(),
    crm_session_id=TEXT,
)
AGENT_VALUES = st.builds(
    DisposeAgentValues,
    crt_object_id=TEXT,
    user_crt_object_id=TEXT,
    session_id=TEXT,
    user_id=TEXT,
    campaign_id=NUMBER,
    customer_id=NUMBER,
    phone=TEXT,
    disposition_class=TEXT,
    disposition_code=TEXT,
    callback_time=NUMBER,
    crm_session_id=TEXT,
    customer=st.fixed_dictionaries({"name": TEXT, "a&b": TEXT}),
)
WHOLE_CALL_VALUES = st.builds(
    DisposeCallValues,
    crt_object_id=TEXT,
    call_id=TEXT,
    phone=TEXT,
    system_disposition=TEXT,
    recording_file_url=TEXT,
    phone_list=st.lists(TEXT, max_size=2).map(tuple),
    unique_id=TEXT,
    user_associations=st.lists(
        st.builds(UserAssociation, user_id=TEXT, disposition_code=TEXT), max_size=2
    ).map(tuple),
    crm_session_id=TEXT,
)
POINTS: list[Any] = [
    pytest.param(Point.LOGIN, LOGIN_VALUES, LOGIN, id="login"),
    pytest.param(Point.CALL, CALL_VALUES, CALL, id="call"),
    pytest.param(Point.PREVIEW, CALL_VALUES, CALL, id="preview"),
    pytest.param(Point.DISPOSE, AGENT_VALUES, AGENT, id="agent push"),
    pytest.param(Point.DISPOSE, WHOLE_CALL_VALUES, WHOLE_CALL, id="call push"),
]
OPTIONS = ComposeOptions(customer_columns=("name", "a&b"))


def by_library(url: str) -> list[tuple[str, str]]:
    """How a CRM in Python reads its query."""
    return parse_qsl(
        urlsplit(url).query, keep_blank_values=True, strict_parsing=True, max_num_fields=100
    )


def by_splitting(url: str) -> list[tuple[str, str]]:
    """How a CRM without a library reads its query; it knows no ``+`` for a space."""
    query = url.partition("#")[0].partition("?")[2]
    pairs = []
    for part in query.split("&"):
        assert part.count("=") == 1
        name, value = part.split("=")
        pairs.append((unquote(name), unquote(value)))
    return pairs


def snake(name: str) -> str:
    return re.sub("[A-Z]", lambda capital: "_" + capital[0].lower(), name)


@pytest.mark.parametrize(("point", "strategy", "names"), POINTS)
def test_two_independent_readers_get_the_same_parameters_in_the_contracts_order(
    point: Point, strategy: st.SearchStrategy[UrlValues], names: list[str]
) -> None:
    template = UrlTemplate.parse("https://crm.example.com/p?own=1&x=%20#frag", point)

    @given(strategy)
    @settings(max_examples=40, deadline=None)
    def check(values: UrlValues) -> None:
        url = compose(template, values, OPTIONS)
        pairs = by_library(url)
        assert pairs == by_splitting(url)
        assert [name for name, _ in pairs] == ["own", "x", *names]
        read = dict(pairs)
        for name in names:
            value = getattr(values, snake(name), None)
            assert not isinstance(value, str) or read[name] == well_formed(value)
        assert url.startswith("https://crm.example.com/p?own=1&x=%20&")
        assert url.endswith("#frag")
        assert url.isascii()
        assert not set(url) & set("\"'<>\\^`{|}@ \r\n\t\x00")

    check()


@given(TEXT)
@settings(max_examples=150, deadline=None)
def test_any_text_comes_back_whole_but_for_what_is_ill_formed(text: str) -> None:
    values = CallValues(queue_name=text, call_type="inbound.call.dial", customer={"name": text})
    url = compose(
        UrlTemplate.parse("https://crm.example.com/", "call"),
        values,
        ComposeOptions(query_limit=7000),
    )
    read = dict(by_splitting(url))
    assert read["queueName"] == well_formed(text)
    if "customerInfoTruncated" not in read:
        read_back = json.loads(read["customerInfo"])["name"]
        assert well_formed(read_back) == well_formed(text)


@given(TEXT)
@settings(max_examples=100, deadline=None)
def test_line_breaks_of_a_customers_column_survive_inside_the_json(text: str) -> None:
    lines = well_formed(text)[:40] + "\r\n\tsecond line"
    values = CallValues(customer={"address": lines})
    url = compose(UrlTemplate.parse("https://crm.example.com/", "call"), values)
    assert json.loads(dict(by_library(url))["customerInfo"]) == {"address": lines}
    assert parse(url).customer == {"address": lines}


@given(CALL_VALUES)
@settings(max_examples=80, deadline=None)
def test_parse_is_the_inverse_of_compose_for_a_call(values: CallValues) -> None:
    context = parse(compose(UrlTemplate.parse("https://crm.example.com/", "call"), values))
    assert context.point is Point.CALL
    assert context.crm_push_generated_time == values.crm_push_generated_time
    assert context.campaign_ids == (values.campaign_id,)
    assert context.masking_enabled is values.masking_enabled
    assert context.customer_id == values.customer_id
    for name in ("crt_object_id", "session_id", "user_id", "queue_name", "crm_session_id"):
        sent = well_formed(getattr(values, name))
        assert getattr(context, name) == (None if sent == "null" else sent)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_parse_never_raises(text: str) -> None:
    parse(text)
    parse(f"https://crm.example.com/?customerInfo={text}&userCrtObjectIds={text}&{text}")
    parse(f"?customerCRTId=1&phoneList={text}&userAssociations={text}&dialedTime={text}")


@given(COLUMNS, st.integers(2000, 7000), st.integers(0, 1500))
@settings(max_examples=150, deadline=None)
def test_customer_info_fills_what_is_left_with_whole_columns_in_order(
    columns: dict[str, Any], limit: int, own: int
) -> None:
    template = UrlTemplate.parse(f"https://crm.example.com/?own={'o' * own}", "call")
    url = compose(template, CallValues(customer=columns), ComposeOptions(query_limit=limit))
    read = dict(by_library(url))
    info = json.loads(read["customerInfo"])
    assert list(info) == list(columns)[: len(info)]
    truncated = read.get("customerInfoTruncated") == "true"
    assert truncated == (len(info) < len(columns))
    if info or not truncated:
        assert len(urlsplit(url).query.encode()) <= limit


@given(st.text(min_size=1, max_size=30), st.sampled_from(["{queueName}", "x{queueName}", "."]))
@settings(max_examples=200, deadline=None)
def test_a_placeholder_never_leaves_its_segment_nor_its_host(value: str, segment: str) -> None:
    template = UrlTemplate.parse(f"https://crm.example.com/a/{segment}/b?q={{queueName}}#f", "call")
    url = compose(template, CallValues(queue_name=value), ComposeOptions(standard_set=False))
    parts = urlsplit(url)
    assert parts.netloc == "crm.example.com"
    assert parts.path.count("/") == 3
    assert segment == "." or parts.path.split("/")[2] not in {".", ".."}
    assert parts.query == url.split("?")[1].split("#")[0]
    assert dict(by_splitting(url)) == {"q": well_formed(value)}
    assert parts.fragment == "f"


@pytest.mark.parametrize("point", list(Point))
def test_explanation_lists_what_both_readers_read(point: Point) -> None:
    template = UrlTemplate.parse("https://crm.example.com/p?own=1&u={userId|x}#f", point)
    for values in sample(point):
        told = explain(template, values, OPTIONS)
        assert [(one.name, one.value) for one in told.parameters] == by_library(told.url)
        assert told.url == compose(template, values, OPTIONS)
