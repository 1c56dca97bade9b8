"""One name per request and one per interaction in every line of the log about them."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from screenpop import logs
from screenpop.testing.contact_centre import contact_centre


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged, as JSON lines; logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level, config = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    logs.configure("debug", "json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


def lines(written: io.StringIO, event: str) -> list[dict[str, object]]:
    entries = [json.loads(line) for line in written.getvalue().splitlines()]
    return [entry for entry in entries if entry["event"] == event]


async def test_command_is_logged_with_its_request_and_interaction(
    tmp_path: Path, written: io.StringIO
) -> None:
    async with contact_centre(tmp_path) as centre:
        maya = await centre.log_in("maya")
        reply = await centre.post("voice/manualDial", maya.dial("8447380993"))
        (line,) = [
            line for line in lines(written, "command") if line["use_case"] == "dialling.manual_dial"
        ]
        assert line["request"] == reply.headers["x-request-id"]
        assert line["interaction"] == reply.json()["interactionId"]
        assert line["outcome"] == "done"
    text = written.getvalue()
    assert "8447380993" not in text
    assert maya.session_id not in text
