"""Logs: nothing secret, nothing personal, one line an entry."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from screenpop import logs

SESSION = "d1-6955296d-ses-maya-appId-App-Server-Fyymsb770CLV9TB0W5DVv0FMcQ-593"
SEAT = f"{SESSION}-uce-mayaRdFyXQm8@43"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is written; logging is as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def entry(stream: io.StringIO) -> Any:
    (line,) = stream.getvalue().splitlines()
    return json.loads(line)


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("phone", "8447380993", "xxxxxx0993"),
        ("dst_phone", "+18005550172", "+xxxxxxx0172"),
        ("phone1", "8447380993", "xxxxxx0993"),
        ("caller", 8447380993, "xxxxxx0993"),
        ("dids", ["18005550172"], ["xxxxxxx0172"]),
        ("to", "wrap", "wrap"),
        ("password", "maya", "…"),
        ("password_hash", "$argon2id$v=19$x", "…"),
        ("Authorization", "Basic ZGVtbw==", "…"),
        ("launchToken", "abc", "…"),
        ("query_string", "phone=8447380993", "…"),
        ("customerInfo", {"name": "Asha"}, "…"),
        ("path", "/dacx/dispose?phone=8447380993&x=1", "/dacx/dispose?…"),
        ("url", "https://crm.example.com/a#b=1", "https://crm.example.com/a?…"),
        (
            "headers",
            {"authorization": "x", "accept": "*/*"},
            {"authorization": "…", "accept": "*/*"},
        ),
        ("reason", "sent Bearer abc.def", "sent …"),
        ("reason", "eyJhbGciOi.eyJzdWIi.c2ln is over", "… is over"),
        ("session_id", SESSION, "d1-6955296d-ses-maya-appId-App-Server-…-593"),
        ("seat", SEAT, "d1-6955296d-ses-maya-appId-App-Server-…-593-uce-maya…@43"),
        ("credentials", "lenient", "lenient"),
        ("seconds", 1.5, 1.5),
        ("found", None, None),
    ],
)
def test_value_is_logged_as(written: io.StringIO, key: str, value: Any, shown: Any) -> None:
    structlog.get_logger("test").info("something happened", **{key: value})
    assert entry(written)[key] == shown


def test_entry_names_event_level_logger_and_time(written: io.StringIO) -> None:
    structlog.get_logger("screenpop.test").warning("line.lost")
    found = entry(written)
    assert (found["event"], found["level"]) == ("line.lost", "warning")
    assert found["logger"] == "screenpop.test"
    assert found["time"].endswith("Z")


def test_what_a_library_logs_is_concealed_too(written: io.StringIO) -> None:
    logging.getLogger("some.library").warning('"GET %s HTTP/1.1"', "/me?token=abc")
    assert entry(written)["event"] == '"GET /me?… HTTP/1.1"'


def test_traceback_is_concealed_and_stays_on_one_line(written: io.StringIO) -> None:
    try:
        int(SESSION)
    except ValueError:
        structlog.get_logger().exception("failed")
    found = entry(written)
    assert "Traceback" in found["exception"]
    assert "Fyymsb770CLV9TB0W5DVv0FMcQ" not in found["exception"]


def test_less_than_the_level_is_not_logged(written: io.StringIO) -> None:
    structlog.get_logger().debug("detail")
    logging.getLogger("some.library").debug("detail")
    logging.getLogger("httpx2").info("HTTP Request: GET http://localhost/")
    assert written.getvalue() == ""


def test_console_form_is_text(written: io.StringIO) -> None:
    logs.configure("info", "console", written)
    structlog.get_logger("test").info("ready", phone="8447380993")
    (line,) = written.getvalue().splitlines()
    assert "ready" in line
    assert "phone=xxxxxx0993" in line
