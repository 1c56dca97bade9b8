"""The one place where all rooms meet (design 2.11): makes a node from settings, and serves it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import hmac
import json
import secrets
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import structlog
import uvicorn
from joserfc.jwk import OKPKey
from starlette.routing import Route
from starlette.types import ASGIApp

from screenpop.adapters.clock import MachineClock
from screenpop.adapters.crm.deliverer import Deliverer
from screenpop.adapters.crm.http import CrmHttp
from screenpop.adapters.crm.sign_on import SignOn
from screenpop.adapters.crm.sign_on_outbox import SignOnOutbox
from screenpop.adapters.crm.sign_on_tokens import SignOnTokens
from screenpop.adapters.crm.watch import AppWatch
from screenpop.adapters.database import open_database
from screenpop.adapters.ids import NodeIds
from screenpop.adapters.metrics import MeasuredCore, Metrics
from screenpop.adapters.store.configuration_records import digest_of
from screenpop.adapters.telephony.outbox import LineOutbox
from screenpop.adapters.telephony.simulator.control import SimulatorControl
from screenpop.adapters.telephony.simulator.errors import SimulatorClientError, SimulatorStartError
from screenpop.adapters.telephony.simulator.line import SimulatorLine
from screenpop.adapters.telephony.simulator.starter import RunningSimulator, ensure_simulator
from screenpop.adapters.timekeeper import Timekeeper, note_seen
from screenpop.adapters.tracing import interaction_of_leg
from screenpop.domain.configuration import Configuration
from screenpop.domain.configuration_commands import ChangeConfiguration
from screenpop.domain.customer import Customer
from screenpop.domain.errors import StateError
from screenpop.ports.clock import Clock
from screenpop.ports.ids import Draw
from screenpop.ports.store import (
    Reader,
    StoreBusyError,
    StoreUnavailableError,
    Transaction,
)
from screenpop.ports.telephony import Line, LineEvent, LineUp
from screenpop.services import configuring, intake, recovery
from screenpop.services.core import Core
from screenpop.services.ownership import NotOwnerError
from screenpop.settings import Settings, SettingsError
from screenpop.web.account_credentials import AccountCredentials
from screenpop.web.api.access import Access
from screenpop.web.api.administration import AdministrationEndpoints
from screenpop.web.api.apps import AppEndpoints
from screenpop.web.api.console import ConsoleEndpoints, ConsoleFacts
from screenpop.web.api.console_callbacks import ConsoleCallbackEndpoints
from screenpop.web.api.console_calls import ConsoleCallEndpoints
from screenpop.web.api.console_demo import DemoEndpoints
from screenpop.web.api.deliveries import DeliveryEndpoints
from screenpop.web.api.document import document_route
from screenpop.web.api.endpoints import ApiEndpoints
from screenpop.web.api.pops import PopEndpoints
from screenpop.web.api.simulator import SimulatorEndpoints
from screenpop.web.application import Application, Rooms
from screenpop.web.console_login import ConsoleLogins
from screenpop.web.console_page import pages
from screenpop.web.event_stream import EventStreams
from screenpop.web.launch_tokens import LaunchTokens
from screenpop.web.launch_urls import LaunchUrls
from screenpop.web.legacy import OlderRequestLines, legacy_app
from screenpop.web.limits import RateLimits, RestLimits
from screenpop.web.login_check import LoginCheck
from screenpop.web.metrics import metrics_route
from screenpop.web.request_ids import RequestIds
from screenpop.web.sdk import GrantEndpoints, SdkEndpoints
from screenpop.web.secret_check import SecretCheck
from screenpop.web.start_page import start_page
from screenpop.web.static import sdk_files
from screenpop.web.tokens import AgentTokens
from screenpop.web.toolbar_page import toolbar_pages
from screenpop.web.voice import VoiceSettings, voice_app
from screenpop.web.voice_acting import Actors

__all__ = ["AddressInUseError", "Node", "ReadyLine", "run_server"]

#: Everything must be over this long after a signal to stop, in seconds (design 2.12).
_STOP_SECONDS = 5

log = structlog.get_logger(__name__)


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


class Node:
    """One running installation: store, line, workers and the ASGI application."""

    def __init__(
        self,
        settings: Settings,
        data_folder: Path,
        public_urls: Sequence[str],
        *,
        clock: Clock | None = None,
        crm_http: CrmHttp | None = None,
    ) -> None:
        """Open the store, in ``data_folder`` by default; nothing runs before :meth:`start`.

        :raises DatabaseInUseError: another process works on this folder.
        :raises DatabaseError: the database that the settings name cannot be used.
        """
        self.settings = settings
        self.clock: Clock = clock or MachineClock()
        self.database = open_database(settings.database, settings.node, data_folder)
        self.store, self.bus = self.database.store, self.database.bus
        self.crm_http = crm_http or CrmHttp(allow_private=settings.private_crm_addresses_allowed)
        self._public_urls = public_urls
        self._tasks: list[asyncio.Task[None]] = []
        self._owning = asyncio.Event()

    @property
    def public_url(self) -> str:
        """The origin to which browsers are sent."""
        return self._public_urls[0]

    async def start(
        self,
        line: Line,
        configuration: Configuration | None,
        customers: Sequence[Customer] = (),
        control: SimulatorControl | None = None,
    ) -> ASGIApp:
        """Take up the last run's work, connect the line, and return the application.

        A node that shares its database does so when it owns the line, which may be never.
        """
        self.database.start()
        started = await self.store.claim_node_start(self.settings.node, self.clock.now())
        self.metrics = Metrics(
            queue_length=lambda: self.store.queue_length,
            event_streams=lambda: self.streams.open_streams,
            logins_failed=lambda: self.logins.failed,
        )
        self.store.watch(self.metrics.committed)
        ids = NodeIds(self.settings.node, started)
        self.core: Core = MeasuredCore(self.store, self.clock, ids, self.metrics)
        await self.core.run(_take_over, (configuration, customers))
        key = OKPKey.import_key(
            json.loads(await self.store.secret("signing key", _new_key, self.clock.now()))
        )
        pepper = await self.store.secret("secret check", secrets.token_hex, self.clock.now())
        self.secrets = SecretCheck(hmac.digest(pepper.encode(), b"secrets", hashlib.sha256))
        tokens = AgentTokens(key, self.core.now)
        launch = LaunchTokens(key, self.public_url, self.core.now, secrets.token_urlsafe)
        urls = LaunchUrls(self.public_url, launch, tokens)
        self.streams = EventStreams(self.core, self.bus, urls)
        # Consoles live at the first origin alone: browsers are redirected to it.
        self.app_watch = AppWatch(
            self.crm_http, self.core.configuration, [self.public_url], self.core.now
        )
        self._callers = [c.columns["phone1"] for c in customers if c.columns.get("phone1")]
        application = self._application(key, tokens, urls, control)
        owning = asyncio.create_task(
            self.database.owner.run(self.core, partial(self._own, line)), name="owner"
        )
        self._tasks = [
            owning,
            asyncio.create_task(note_seen(self.core), name="who was seen"),
            asyncio.create_task(self.app_watch.run(self.bus), name="app watch"),
        ]
        if not self.settings.database:
            await self._owning.wait()
        return application

    def _application(
        self,
        key: OKPKey,
        tokens: AgentTokens,
        urls: LaunchUrls,
        control: SimulatorControl | None,
    ) -> ASGIApp:
        settings, core = self.settings, self.core
        accounts = AccountCredentials(core.configuration, self.secrets, tokens)
        limits = RestLimits(RateLimits().times(settings.rate_multiplier), core.now)
        self.logins = logins = LoginCheck(core.configuration, self.secrets, limits)
        sign_on = SignOn(core, self.crm_http, SignOnTokens(key, self.public_url, core.now))
        voice = VoiceSettings(
            lenient=settings.lenient,
            dispose_and_dial_form=settings.dispose_and_dial_form.value,
            rate_multiplier=settings.rate_multiplier,
        )
        actors = Actors(core, accounts, lenient=settings.lenient)
        consoles = ConsoleLogins(tokens, self.public_url)
        access = Access(core, actors, limits, consoles)
        api: list[Route] = [document_route()]
        api += ApiEndpoints(core, access, self.streams).routes()
        api += PopEndpoints(core, access, urls, self.app_watch.look_soon).routes()
        api += AppEndpoints(core, access, urls, self.app_watch).routes()
        api += AdministrationEndpoints(core, access).routes()
        api += DeliveryEndpoints(core, access).routes()
        api += GrantEndpoints(core, access, tokens).routes()
        api += SdkEndpoints(core, access, actors, limits).routes()
        facts = ConsoleFacts(
            # The newcomer to a demo answers by hand (contract 8).
            auto_call=not settings.demo,
            simulated=control is not None,
            callers=self._callers,
            demo=settings.demo,
        )
        api += ConsoleEndpoints(
            core, access, consoles, logins, sign_on.begin_session, facts
        ).routes()
        api += ConsoleCallEndpoints(core, access).routes()
        api += ConsoleCallbackEndpoints(core, access).routes()
        if settings.demo:
            api += DemoEndpoints(core, access, self.app_watch).routes()
        if control is not None:
            api += SimulatorEndpoints(core, control, (SimulatorClientError,)).routes()
        rooms = Rooms(
            voice=voice_app(core, voice, accounts, logins, tokens, limits, sign_on.begin_session),
            legacy=legacy_app(core, logins, limits, sign_on.begin_session),
            api=api,
            ready=self._ready,
            jwks=lambda: {"keys": [key.as_dict(private=False)]},
            pages=[
                metrics_route(partial(self.metrics.text, core), core.configuration, accounts),
                *sdk_files(self._public_urls),
                *toolbar_pages(core),
                *pages(start_page(core, settings.lenient) if settings.demo else None),
            ],
        )
        named = Application(rooms, self._public_urls)
        return RequestIds(named, secrets.token_hex(4), self.metrics.answered)

    async def _own(self, line: Line, core: Core) -> None:
        """Do what one node at a time does for all, until cancelled or something fails."""
        await core.run(recovery.resume_after_start, None)
        outbox = LineOutbox(core, line, self.bus)
        await line.start(partial(_report, core, outbox))
        self._owning.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                for work in (
                    outbox.run(),
                    Timekeeper(core).run(),
                    Deliverer(core, self.crm_http, self.bus).run(),
                    SignOnOutbox(core, self.crm_http, self.bus).run(),
                ):
                    tasks.create_task(work)
        finally:
            await line.stop()

    async def reread(self, load: Callable[[], Configuration]) -> bool:
        """Take the configuration that ``load`` reads, while calls go on; tell whether it was.

        What cannot be taken is logged with its reason, and the present one stays.
        """
        try:
            of_file = await asyncio.to_thread(load)
            command = ChangeConfiguration(lambda present: _of_file(present, of_file))
            taken = await self.core.run(configuring.change, command)
        except (SettingsError, StateError, StoreBusyError, StoreUnavailableError) as error:
            reason = str(error) or type(error).__name__
            log.error("configuration.refused", problems=reason.splitlines())  # noqa: TRY400
            return False
        log.info("configuration.reread", version=taken.version)
        return True

    async def _ready(self) -> Mapping[str, str]:
        def look(reader: Reader) -> dict[str, str]:
            return {"store": "ok", "telephony": "ok" if reader.line_up() else "not connected"}

        try:
            return await self.core.read(look)
        except StoreUnavailableError:
            return {"store": "not reachable", "telephony": "not known"}

    async def stop(self) -> None:
        """Stop the workers and the line, and close the store; calls on the line go on."""
        if not self._tasks:
            self.database.close()  # the start failed, and its error is what must be heard
            return
        self.streams.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.crm_http.aclose()
        with contextlib.suppress(StoreUnavailableError):
            await self.core.flush_seen()
        self.secrets.close()
        self.database.close()


async def _report(core: Core, outbox: LineOutbox, event: LineEvent) -> None:
    """Take what the line tells; what cannot be taken now is told again."""
    if isinstance(event, LineUp):
        outbox.line_came_up()
    try:
        await core.run(intake.report, event)
    except (StoreUnavailableError, StoreBusyError, NotOwnerError):
        raise
    except Exception:  # one report must not stop those behind it
        interaction = await interaction_of_leg(core, getattr(event, "leg_id", None))
        log.exception("line.report.failed", report=type(event).__name__, interaction=interaction)


def _new_key() -> str:
    key = OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True)
    return json.dumps(key.as_dict(private=True))


def _take_over(
    tx: Transaction,
    given: tuple[Configuration | None, Sequence[Customer]],
    now: int,
    ids: Draw,  # noqa: ARG001  # every use case has this shape
) -> None:
    """Keep the file's configuration if it is another file, and customers not known yet.

    While the file stays the same, what the API changed since stays; another file takes its
    place, except for the apps that only the API knows.
    """
    configuration, customers = given
    present = tx.configuration
    if configuration is not None:
        wanted = _of_file(present, configuration)
        if wanted is not present:
            tx.save_configuration(wanted)
    for customer in customers:
        if tx.customer(customer.process_id, customer.customer_id) is None:
            tx.add_customer(replace(customer, touched_at=now))


def _of_file(present: Configuration, of_file: Configuration) -> Configuration:
    """Return what the file asks for: the present state if it is the file that was taken last."""
    digest = digest_of(of_file)
    if digest == present.file_digest:
        return present
    named = of_file.app_by_id
    own = tuple(a for a in present.apps if a.by_api and a.app_id not in named)
    return replace(of_file, apps=of_file.apps + own, file_digest=digest)


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
