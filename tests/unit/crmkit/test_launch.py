"""The launch context and the snippet."""

import json
import re

import pytest

from screenpop.crmkit.launch import LaunchContext, Point, console_of, read_launch
from screenpop.crmkit.snippet import sdk_snippet

CALL = (
    "userCrtObjectId=d1-0-ses-maya-uce-maya1%401&phone=%2B1%20555&campaignId=172&callType="
    "inbound.call.dial&crtObjectId=d1-0-vce-1&sessionId=d1-0-ses-maya&customerId=-1&queueId=null"
)


@pytest.mark.parametrize(
    "query", [CALL, f"?{CALL}", f"https://crm.example/c?{CALL}#x", CALL.encode()]
)
def test_query_of_any_framework_is_read(query: str | bytes) -> None:
    launch = read_launch(query)

    assert launch.point is Point.CALL
    assert launch.phone == "+1 555"
    assert launch.campaign_id == 172
    assert launch.queue_id is None


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert read_launch(b"phone=\xff\xfe").phone is not None


def test_console_of_the_url_is_believed_only_if_it_is_known() -> None:
    known = ["https://a.example", "https://b.example"]

    assert console_of(LaunchContext(origin="https://b.example"), known) == "https://b.example"
    assert console_of(LaunchContext(origin="https://evil.example"), known) == "https://a.example"
    assert console_of(LaunchContext(), known) == "https://a.example"
    with pytest.raises(ValueError, match="at least one"):
        console_of(LaunchContext(), [])


def test_snippet_loads_the_sdk_from_the_console() -> None:
    html = sdk_snippet("https://console.example", page_origin="https://crm.example", nonce='a"b')

    assert html.startswith('<script type="module" nonce="a&quot;b">')
    assert 'import("https://console.example/omniapp/sdk/ameyo-sdk.js")' in html
    config = re.search(r"initialize\((\{.*?\})\)", html)
    assert config is not None
    assert json.loads(config[1]) == {
        "context": "app",
        "origin": "https://crm.example",
        "instanceId": "ameyoIframe",
    }


def test_snippet_cannot_be_ended_by_a_value() -> None:
    html = sdk_snippet("https://c.example", page_origin="</script><script>alert(1)")

    assert html.count("</script>") == 1
    assert html.count("<script") == 1


def test_snippet_takes_no_name_that_is_code() -> None:
    with pytest.raises(ValueError, match="identifier"):
        sdk_snippet("https://c.example", page_origin="https://d.example", name="a=alert(1);b")
