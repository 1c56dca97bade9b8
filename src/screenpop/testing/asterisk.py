"""A real Asterisk for tests, with a far end that follows the number plan (contract 8).

Debian's stable suite has no Asterisk, so that of ``scripts/test_tools.py`` lives in a folder of
its own and is run there by ``chroot``::

    with asterisk(root) as pbx:
        line = AsteriskLine(pbx.account, "trunk")

Each one has its own configuration, ports and database, so several run side by side.  Its trunk
and its telephones lead back into itself, by SIP over loopback, to the dialplan of
``asterisk_far_end.conf``: what calls and is called there is the far end.
"""

from __future__ import annotations

import contextlib
import math
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import wave
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx2

from screenpop.adapters.telephony.asterisk.ari import AriAccount
from screenpop.adapters.telephony.asterisk.set_up import AsteriskPlan, asterisk_files

__all__ = ["FAR_HOST", "SIPP_HOST", "Asterisk", "AsteriskDidNotStartError", "asterisk"]

_START_SECONDS: Final = 90.0
_STOP_SECONDS: Final = 30.0
_ANSWER_SECONDS: Final = 30.0
_PAUSE: Final = 0.05
#: The far end's address; the trunk knows its calls by it.
FAR_HOST: Final = "127.0.0.2"
#: SIPp's address, which the trunk knows too.
SIPP_HOST: Final = "127.0.0.3"
_AGENTS: Final = ("1001", "1002", "1003", "1004")

#: Where voice flows, there are fifty packets a second; so many in so many seconds are enough.
_FLOW: Final = 10
_FLOW_SECONDS: Final = 4.0
#: Loudness above which it is not silence: tones and speech have thousands.
_SILENCE: Final = 50.0

T = TypeVar("T")


class AsteriskDidNotStartError(Exception):
    """Asterisk ended, or did not answer, before it was ready."""

    def __init__(self, said: str) -> None:
        """Tell what it said."""
        super().__init__(f"Asterisk did not become ready. It said:\n{said}")
        self.said = said


@dataclass(frozen=True, slots=True)
class FarChannel:
    """A channel of Asterisk, ours or the far end's."""

    channel_id: str
    name: str
    #: What both ends of one SIP call have in common.
    sip_call: str


class Asterisk:
    """A running Asterisk; use :func:`asterisk`."""

    def __init__(
        self,
        root: Path,
        folder: Path,
        trunk_contact: str | None,
        changes: Mapping[str, Any],
    ) -> None:
        """Take ports and write the configuration; ``folder`` lies inside of ``root``."""
        self._root = root
        self.folder = folder
        self._inside = Path("/") / folder.relative_to(root)
        self._process: subprocess.Popen[bytes] | None = None
        self._recordings = count(1)
        self.http_port = _free_port(socket.SOCK_STREAM, "127.0.0.1")
        self.sip_port = _free_port(socket.SOCK_DGRAM, "127.0.0.1")
        self.far_port = _free_port(socket.SOCK_DGRAM, FAR_HOST)
        self.user, self.secret = "screenpop", "only-for-tests"
        self.plan = AsteriskPlan(
            secret=self.secret,
            http_port=self.http_port,
            sip_bind=f"127.0.0.1:{self.sip_port}",
            trunk_host=trunk_contact or f"{FAR_HOST}:{self.far_port}",
            trunk_match=f"{FAR_HOST},{SIPP_HOST}",
            trunk_qualify=0,
            music=str(self._inside / "moh"),
            **changes,
        )
        # Without certificates, which take longer to read than a test has.
        self._http = httpx2.Client(
            base_url=self.url, timeout=_ANSWER_SECONDS, trust_env=False, verify=False
        )
        self.write_configuration()

    @property
    def url(self) -> str:
        """Where its REST interface answers."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def account(self) -> AriAccount:
        """Who we are there."""
        return AriAccount(self.url, self.user, self.secret)

    @property
    def journal(self) -> list[str]:
        """The SIP calls that reached the far end, oldest first, by the leg that we called it."""
        file = self.folder / "log" / "far-end"
        return file.read_text("utf-8").splitlines() if file.exists() else []

    @property
    def log(self) -> str:
        """What it said."""
        said = (self.folder / "said").read_text("utf-8", "replace")
        file = self.folder / "log" / "messages"
        return said + (file.read_text("utf-8", "replace") if file.exists() else "")

    def write_configuration(self) -> None:
        """Write what ``screenpop telephony asterisk init`` writes, and the far end."""
        etc = self.folder / "etc"
        for name in ("etc", "run", "log", "db", "spool", "moh"):
            (self.folder / name).mkdir(exist_ok=True)
        for name, text in asterisk_files(self.plan).items():
            (etc / name).write_text(text, "utf-8")
        # A tone that is not silence, for half a second.
        (self.folder / "moh" / "tone.ulaw").write_bytes(b"\x20\x20\x20\x20\xa0\xa0\xa0\xa0" * 500)
        values = {
            "far": f"{FAR_HOST}:{self.far_port}",
            "pbx": f"127.0.0.1:{self.sip_port}",
            "user": self.user,
            "secret": self.secret,
            "folder": str(self._inside),
            "modules": self._modules_folder(),
            "ami_port": str(_free_port(socket.SOCK_STREAM, "127.0.0.1")),
        }
        far_end = (files("screenpop.testing") / "asterisk_far_end.conf").read_text("utf-8")
        for name, value in values.items():
            far_end = far_end.replace(f"%{{{name}}}", value)
        sections = re.split(r"^;;;;; (.*)\n", far_end, flags=re.MULTILINE)[1:]
        for name, text in zip(sections[::2], sections[1::2], strict=True):
            with (etc / name).open("a", encoding="utf-8") as file:
                file.write(text)
        with (etc / "pjsip.conf").open("a", encoding="utf-8") as file:
            for agent in _AGENTS:
                contact = f"sip:{agent}@{FAR_HOST}:{self.far_port}"
                file.write(f"[{agent}](agent)\naors = {agent}\n")
                file.write(f"[{agent}]\ntype = aor\ncontact = {contact}\n")

    def start(self) -> None:
        """Start, and wait until everything in it runs.

        :raises AsteriskDidNotStartError: it ended, or 90 s passed.
        """
        with (self.folder / "said").open("ab") as said:
            self._process = subprocess.Popen(
                ["/usr/bin/setpriv", "--pdeathsig", "KILL", *self._command("-f", "-q")],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        process = self._process
        try:
            _wait_until(lambda: self._is_ready() or process.poll() is not None, _START_SECONDS)
        except TimeoutError:
            self.kill()
        if process.poll() is not None:
            raise AsteriskDidNotStartError(self.log)

    def kill(self) -> None:
        """Kill with -9: every call on it is gone, and nobody is told."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it, and its calls with it."""
        self._end(signal.SIGTERM)

    def close(self) -> None:
        """Kill it, and ask nothing more of it."""
        self.kill()
        self._http.close()

    def cli(self, command: str) -> str:
        """Run a command of its console and return what it says."""
        done = subprocess.run(
            self._command("-r", "-x", command), capture_output=True, text=True, check=False
        )
        return done.stdout

    # --- the far end ---------------------------------------------------------------------------

    def place_call(self, caller: str, dialled: str, headers: Mapping[str, str]) -> str:
        """Let ``caller`` call our number ``dialled``; returns the id of our leg."""
        far = self._ask(
            "POST",
            "channels",
            {
                "endpoint": f"PJSIP/{dialled}@customer",
                "context": "far-talk",
                "extension": "s",
                "callerId": caller,
                "timeout": "600",
            },
            {"variables": {f"PJSIP_HEADER(add,{k})": v for k, v in headers.items()}},
        ).json()["id"]
        return self._peer(far)

    def hang_up(self, leg_id: str) -> None:
        """Let the far end of a leg hang up."""
        self._ask("DELETE", f"channels/{self._peer(leg_id)}", {"reason_code": "16"})

    def answer(self, leg_id: str) -> None:
        """Let the far end of a ringing leg pick up."""
        self._redirect(leg_id, "far-talk", "s")

    def send_dtmf(self, leg_id: str, digits: str) -> None:
        """Let the far end of an answered leg press keys."""
        self._redirect(leg_id, "far-keys", digits)

    def read_keys(self, leg_id: str) -> None:
        """Let the far end of an answered leg wait for three keys; see :attr:`keys`."""
        self._redirect(leg_id, "far-reads", "s")

    @property
    def keys(self) -> list[str]:
        """What keys far ends have read, each time three."""
        file = self.folder / "log" / "keys"
        return file.read_text("utf-8").splitlines() if file.exists() else []

    def hears(self, leg_id: str) -> bool:
        """Tell whether the far end of an answered leg hears anything, over two seconds.

        Nobody hears that far end meanwhile.
        """
        before = self._packets(leg_id)
        try:
            _wait_until(lambda: self._packets(leg_id) > before + _FLOW, _FLOW_SECONDS)
        except TimeoutError:
            return False  # nothing comes, not even silence
        number = next(self._recordings)
        done = self.folder / "log" / "heard"
        self._redirect(leg_id, "far-ears", str(number))
        _wait_until(lambda: done.exists() and str(number) in done.read_text("utf-8").split())
        with wave.open(str(self.folder / "spool" / f"heard-{number}.wav")) as heard:
            samples = array("h", heard.readframes(heard.getnframes()))
        # What was on its way when it began is not counted.
        later = samples[len(samples) // 4 :]
        return math.sqrt(sum(sample * sample for sample in later) / max(len(later), 1)) > _SILENCE

    def _packets(self, leg_id: str) -> int:
        """Return how many packets of voice the far end of a leg has received."""
        path = f"channels/{self._peer(leg_id)}/rtp_statistics"
        return int(self._ask("GET", path, {}).json()["rxcount"])

    def channels(self) -> list[FarChannel]:
        """Return every channel, of ours and of the far end."""
        return [
            FarChannel(c["id"], c["name"], c["protocol_id"])
            for c in self._ask("GET", "channels", {}).json()
        ]

    def variable(self, leg_id: str, name: str) -> str:
        """Return a variable, or what a function says, of the far end of a leg."""
        answer = self._ask("GET", f"channels/{self._peer(leg_id)}/variable", {"variable": name})
        value: str = answer.json()["value"]
        return value

    def bridge_kind(self, leg_id: str) -> str | None:
        """Return the kind of bridge that a leg is in: ``mixing``, ``holding``."""
        for bridge in self._ask("GET", "bridges", {}).json():
            if leg_id in bridge["channels"]:
                kind: str = bridge["bridge_type"]
                return kind
        return None

    def end_all_calls(self) -> None:
        """End every channel and remove every bridge, and wait until they are gone."""

        def none_is_left() -> bool:
            channels = self.channels()
            for channel in channels:
                with contextlib.suppress(httpx2.HTTPStatusError):
                    self._ask("DELETE", f"channels/{channel.channel_id}", {})
            return not channels

        _wait_until(none_is_left)
        for bridge in self._ask("GET", "bridges", {}).json():
            self._ask("DELETE", f"bridges/{bridge['id']}", {})

    # --- inside --------------------------------------------------------------------------------

    def _peer(self, channel_id: str) -> str:
        """Return the id of the channel at the other end of a SIP call."""

        def peers() -> list[str]:
            channels = self.channels()
            calls = [c.sip_call for c in channels if c.channel_id == channel_id]
            return [
                c.channel_id for c in channels if c.sip_call in calls and c.channel_id != channel_id
            ]

        return _wait_until(peers)[0]

    def _redirect(self, leg_id: str, context: str, extension: str) -> None:
        """Let the far end of a leg go on at another place of its dialplan."""
        where = {"context": context, "exten": extension, "priority": "1"}
        channel = self._named(self._peer(leg_id))
        self._manage({"action": "Redirect", "channel": channel, **where})

    def _named(self, channel_id: str) -> str:
        name: str = self._ask("GET", f"channels/{channel_id}", {}).json()["name"]
        return name

    def _ask(
        self, method: str, path: str, query: Mapping[str, str], body: object = None
    ) -> httpx2.Response:
        answer = self._http.request(
            method,
            f"/ari/{path}",
            params=dict(query),
            json=body,
            auth=(self.user, self.secret),
        )
        return answer.raise_for_status()

    def _manage(self, action: Mapping[str, str]) -> None:
        login = {"action": "Login", "username": self.user, "secret": self.secret}
        for asked in (login, action, {"action": "Logoff"}):
            self._http.get("/rawman", params=asked).raise_for_status()

    def _is_ready(self) -> bool:
        try:
            self._ask("GET", "asterisk/ping", {})
        except httpx2.HTTPError:
            return False
        return "fully booted" in self.cli("core waitfullybooted")

    def _command(self, *arguments: str) -> list[str]:
        etc = self._inside / "etc" / "asterisk.conf"
        return ["/usr/sbin/chroot", str(self._root), "asterisk", "-C", str(etc), *arguments]

    def _modules_folder(self) -> str:
        found = next(self._root.glob("usr/lib/*/asterisk/modules"))
        return f"/{found.relative_to(self._root)}"

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@contextlib.contextmanager
def asterisk(
    root: Path, *, trunk_contact: str | None = None, **changes: object
) -> Iterator[Asterisk]:
    """Run an Asterisk until the end of the block.

    ``trunk_contact`` is where its trunk leads instead of to the far end (host and port);
    ``changes`` are those in its :class:`AsteriskPlan`.
    """
    homes = root / "srv"
    folder = Path(tempfile.mkdtemp(prefix="screenpop-", dir=homes))
    pbx = Asterisk(root, folder, trunk_contact, changes)
    try:
        pbx.start()
        yield pbx
    finally:
        pbx.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until(look: Callable[[], T], seconds: float = _ANSWER_SECONDS) -> T:
    """Return what ``look`` gives once that is true; Asterisk tells nobody by itself.

    :raises TimeoutError: it never became true.
    """
    deadline = time.monotonic() + seconds  # noqa: TID251  # a real process on a real clock
    while not (found := look()):
        if time.monotonic() > deadline:  # noqa: TID251
            raise TimeoutError
        time.sleep(_PAUSE)  # noqa: TID251
    return found


def _free_port(kind: socket.SocketKind, host: str) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
