"""From a request's credentials to who acts (contract 5, "Credentials")."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from screenpop.domain.commands import Acting
from screenpop.ports.store import Reader
from screenpop.services import acting as acting_service
from screenpop.services.core import Core
from screenpop.web.account_credentials import AccountCredentials
from screenpop.web.limits import Admission, RestLimits
from screenpop.web.voice_request import VoiceRequest
from screenpop.wire.credentials import Reading, read

__all__ = ["Actors", "Claim"]

_MOST_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of itself by the forms of its credentials; nothing is verified."""

    reading: Reading
    lenient: bool

    @property
    def session(self) -> str | None:
        """The session the request most likely means."""
        return self.reading.session_text or self.reading.seat_session_text


class Actors:
    """Reads and verifies credentials in the mode that holds for their session."""

    def __init__(self, core: Core, accounts: AccountCredentials, *, lenient: bool) -> None:
        self._core = core
        self._accounts = accounts
        self._lenient = lenient
        self._process_of: OrderedDict[str, int] = OrderedDict()

    async def claim(self, request: VoiceRequest) -> Claim:
        """Read the credentials by their form."""
        places = (
            request.authorization,
            request.header_session,
            request.value("sessionId"),
            request.value("userCrtObjectId"),
        )
        if self._lenient:
            return Claim(read(*places, lenient=True), lenient=True)
        lenient_processes = {
            process.process_id
            for process in self._core.configuration().processes
            if process.lenient
        }
        if lenient_processes:
            claim = Claim(read(*places, lenient=True), lenient=True)
            if claim.session and await self._process(claim.session) in lenient_processes:
                return claim
        return Claim(read(*places, lenient=False), lenient=False)

    async def admitted(self, request: VoiceRequest, limits: RestLimits) -> Acting:
        """Check rate, credentials and readability of a call that binds no key.

        Raises what `acting` raises; the `InvalidInput` of a body that cannot be read, after the
        errors of `screenpop.services.acting.act`.
        """
        claim = await self.claim(request)
        acting = await self.acting(claim, limits.admit(claim.session))
        if request.unreadable is not None:
            await self._core.read(lambda reader: acting_service.act(reader, acting))
            raise request.unreadable
        return acting

    async def acting(self, claim: Claim, admission: Admission, *, dial: bool = False) -> Acting:
        """Verify the account credential and name the session; count both where they were not.

        Raises `TooManyRequestsError` when the account's or the session's rate is over, or too
        many credentials wait to be checked.
        """
        reading = claim.reading
        token = reading.account_token
        proof = None if token is None else await self._accounts.verify(token)
        session = reading.session_text
        if session is None and proof is not None:
            session = proof.session_id or reading.seat_session_text
        if proof is not None and proof.account_id is not None:
            admission.charge_account(proof.account_id)
        if claim.session is None and session is not None:
            admission.charge_session(session, dial=dial)
        conflicting = reading.conflict and not await self._are_one(reading)
        if proof is None:
            return Acting(
                session_id=session,
                conflicting=conflicting,
                session_suffices=claim.lenient,
                account_refused=token is not None,
            )
        return Acting(
            session_id=session,
            account_id=proof.account_id,
            account_contact_center_id=proof.contact_center_id,
            token_user_id=proof.user_id,
            conflicting=conflicting,
            session_suffices=claim.lenient,
        )

    async def _are_one(self, reading: Reading) -> bool:
        """Say whether two texts lead to one agent session: each app has its own ids."""
        first, second = reading.session_text or "", reading.other_session_text or ""

        def look(reader: Reader) -> bool:
            found, other = reader.find_session(first), reader.find_session(second)
            return (
                found is not None
                and other is not None
                and found.session.session_id == other.session.session_id
            )

        return await self._core.read(look)

    async def _process(self, session: str) -> int | None:
        known = self._process_of.get(session)
        if known is not None:
            return known
        found = await self._core.read(lambda reader: reader.find_session(session))
        if found is None:
            return None
        self._process_of[session] = found.session.process_id
        if len(self._process_of) > _MOST_REMEMBERED:
            self._process_of.popitem(last=False)
        return found.session.process_id
