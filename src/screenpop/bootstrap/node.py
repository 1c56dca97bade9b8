"""A node: the rooms put together from settings, started, read anew, stopped (design 2.11)."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog
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
from screenpop.adapters.telephony.simulator.errors import SimulatorClientError
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
from screenpop.web.legacy import legacy_app
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

__all__ = ["Node"]

log = structlog.get_logger(__name__)


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
    try:
        async with outbox.coming_up() if isinstance(event, LineUp) else contextlib.nullcontext():
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
