"""A node as a process: its port, its signals, its simulated network (design 2.12)."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn

from screenpop.adapters.telephony.simulator.control import SimulatorControl
from screenpop.adapters.telephony.simulator.errors import SimulatorStartError
from screenpop.adapters.telephony.simulator.line import SimulatorLine
from screenpop.adapters.telephony.simulator.starter import RunningSimulator, ensure_simulator
from screenpop.bootstrap.node import Node
from screenpop.domain.configuration import Configuration
from screenpop.domain.customer import Customer
from screenpop.ports.telephony import Line
from screenpop.settings import Settings
from screenpop.web.legacy import OlderRequestLines

__all__ = ["AddressInUseError", "ReadyLine", "run_server"]

#: Everything must be over this long after a signal to stop, in seconds (design 2.12).
_STOP_SECONDS = 5


class AddressInUseError(Exception):
    """Something else listens on our address."""

    def __init__(self, host: str, port: int) -> None:
        """Name the address and the cure."""
        super().__init__(
            f"Port {port} on {host} is taken by another program. "
            "Stop that one, or choose another port with --port."
        )
        self.host = host
        self.port = port


@dataclass(frozen=True, slots=True)
class ReadyLine:
    """Where to go, once the server answers."""

    url: str
    lenient: bool
    #: The simulated network's journal of rings, where there is one.
    journal: Path | None
    data_folder: Path


class _Uvicorn(uvicorn.Server):
    """uvicorn without its own signal handlers: ours end the streams first (design 2.12)."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run_server(
    settings: Settings,
    configuration: Configuration | None,
    customers: Sequence[Customer] = (),
    *,
    ready: Callable[[ReadyLine], None],
    reread: Callable[[], Configuration] | None = None,
) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status.

    ``reread`` reads the configuration's file again, on SIGHUP.

    :raises AddressInUseError: the port is taken.
    :raises DatabaseInUseError: another process works on the data folder.
    :raises SimulatorStartError: the simulated network could not be started.
    """
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(_listen(settings.host, settings.port))
        if settings.data_folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="screenpop-")))
        else:
            folder = settings.data_folder
            folder.mkdir(parents=True, exist_ok=True)
        # First of all: who is not alone in the folder must not touch the other's network.
        node = Node(settings, folder, _names(settings, listener.getsockname()[1]))
        try:
            simulator = _simulator(settings, folder)
        except SimulatorStartError:
            node.database.close()
            raise
        announce = partial(_announce, ready, node, folder, simulator)
        try:
            serving = _serve(node, listener, simulator, configuration, customers, announce, reread)
            return _uvloop_run(serving)
        finally:
            if simulator is not None and not settings.simulator_survives:
                simulator.stop()


def _simulator(settings: Settings, folder: Path) -> RunningSimulator | None:
    """Return the simulated network, unless the line is another one."""
    if settings.asterisk is not None:
        return None
    return ensure_simulator(
        folder / "simulator.json",
        journal=folder / "simulator-journal.jsonl",
        speed=settings.sim_speed,
        survive=settings.simulator_survives,
    )


def _line(settings: Settings, simulator: RunningSimulator | None) -> Line:
    if (asterisk := settings.asterisk) is not None:
        # Loaded only where there is one.
        from screenpop.adapters.telephony.asterisk import (  # noqa: PLC0415
            AriAccount,
            AsteriskLine,
        )

        account = AriAccount(asterisk.url, asterisk.user, asterisk.secret, asterisk.app)
        return AsteriskLine(account, asterisk.trunk)
    assert simulator is not None  # one of the two is there  # noqa: S101
    return SimulatorLine(simulator.state_file)


def _announce(
    ready: Callable[[ReadyLine], None],
    node: Node,
    folder: Path,
    simulator: RunningSimulator | None,
) -> None:
    journal = None if simulator is None else simulator.journal
    ready(ReadyLine(node.public_url, node.settings.lenient, journal, folder))


def _uvloop_run(main: object) -> int:
    import uvloop  # noqa: PLC0415  # loaded only by a server

    result: int = uvloop.run(main)  # type: ignore[arg-type]
    return result


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise AddressInUseError(host, port) from error
    return listener


def _origin(host: str, port: int) -> str:
    name = "localhost" if host in ("127.0.0.1", "::1", "localhost") else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def _names(settings: Settings, port: int) -> list[str]:
    """Return the origins by which we are known, the proper one first."""
    urls = list(settings.public_urls) or [_origin(settings.host, port)]
    if settings.host in ("127.0.0.1", "::1", "localhost"):
        # Known by every name of loopback; pages are sent to the proper one.
        urls += [f"http://127.0.0.1:{port}", f"http://localhost:{port}"]
    return urls


async def _serve(
    node: Node,
    listener: socket.socket,
    simulator: RunningSimulator | None,
    configuration: Configuration | None,
    customers: Sequence[Customer],
    announce: Callable[[], None],
    reread: Callable[[], Configuration] | None,
) -> int:
    settings = node.settings
    control = None if simulator is None else SimulatorControl(simulator.state_file)
    asked, forget = _hear_signals()
    try:
        line = _line(settings, simulator)
        application = await node.start(line, configuration, customers, control)
        if reread is not None:
            _reread_on_hangup(node, reread)
        gc.freeze()  # else each full collection holds up every request: 80 ms for what stands now
        server = _Uvicorn(
            uvicorn.Config(
                application,
                http=OlderRequestLines,
                ws="none",
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=list(settings.trusted_proxies) or None,
                timeout_graceful_shutdown=2,
                timeout_keep_alive=30,
            )
        )
        stopping = asyncio.create_task(_stop_when(asked, node, server))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        # uvicorn has no event for this, and a ready line too early is a lie.
        while not server.started and not serving.done():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        if server.started and not asked.is_set():
            announce()
        await serving
        stopping.cancel()
    finally:
        if control is not None:
            await control.close()
        await node.stop()
        forget()
    return 0


def _hear_signals() -> tuple[asyncio.Event, Callable[[], None]]:
    """Hear SIGINT and SIGTERM from now on, also when they were inherited as ignored.

    Returns the event that is set when the process is asked to stop, and how to hear no more.
    """
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()

    def stop() -> None:
        # Whatever hangs, the process is gone in time.
        timer = threading.Timer(_STOP_SECONDS, _give_up)
        timer.daemon = True
        timer.start()
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)

    def forget() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    return asked, forget


async def _stop_when(asked: asyncio.Event, node: Node, server: uvicorn.Server) -> None:
    """End the streams first: an open one blocks uvicorn for ever."""
    await asked.wait()
    node.streams.close()
    server.should_exit = True


def _reread_on_hangup(node: Node, reread: Callable[[], Configuration]) -> None:
    """Read the file again at each SIGHUP, one reading at a time."""
    rereading: set[asyncio.Task[bool]] = set()
    one_at_a_time = asyncio.Lock()

    async def take() -> bool:
        async with one_at_a_time:
            return await node.reread(reread)

    def asked() -> None:
        task = asyncio.create_task(take())
        rereading.add(task)
        task.add_done_callback(rereading.discard)

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked)


def _give_up() -> None:
    import os  # noqa: PLC0415  # for this last act only

    os._exit(0)
