"""Accounts, agents' tokens, and who logs in."""

import asyncio
import base64
from collections.abc import Iterator

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from screenpop.domain.configuration import ApiAccount, Configuration, User, UserType
from screenpop.domain.errors import LoginFailedError, TooManyAttemptsError
from screenpop.web.account_credentials import AccountCredentials, Proof
from screenpop.web.limits import RateLimits, RestLimits, TooManyRequestsError
from screenpop.web.login_check import LoginCheck
from screenpop.web.secret_check import HASHER, SecretCheck
from screenpop.web.tokens import AgentTokens
from screenpop.wire.credentials import TokenValue, classify

SECRET_HASH = HASHER.hash("demo-api")
KEY = OKPKey.generate_key("Ed25519")
MAYA = User("maya", 1, 3, "Maya", UserType.EXECUTIVE, HASHER.hash("maya"))
WORLD = Configuration(accounts=(ApiAccount("demo-api", 1, SECRET_HASH),), users=(MAYA,))


class World:
    """A configuration and a clock that tests change."""

    def __init__(self) -> None:
        self.configuration = WORLD
        self.ms = 1_800_000_000_000

    def now(self) -> int:
        return self.ms


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def secrets() -> Iterator[SecretCheck]:
    check = SecretCheck(b"k" * 32)
    yield check
    check.close()


@pytest.fixture
def tokens(world: World) -> AgentTokens:
    return AgentTokens(KEY, world.now)


@pytest.fixture
def accounts(world: World, secrets: SecretCheck, tokens: AgentTokens) -> AccountCredentials:
    return AccountCredentials(lambda: world.configuration, secrets, tokens)


@pytest.fixture
def logins(world: World, secrets: SecretCheck) -> LoginCheck:
    return LoginCheck(
        lambda: world.configuration, secrets, RestLimits(RateLimits().times(100), world.now)
    )


def token(text: str) -> TokenValue:
    value = classify(text)
    assert isinstance(value, TokenValue)
    return value


def pair(account: str, secret: str) -> str:
    return base64.b64encode(f"{account}:{secret}".encode()).decode()


@pytest.mark.parametrize("form", ["Basic {}", "basic {}", "Bearer {}", "{}"])
async def test_an_account_is_known_in_every_form(accounts: AccountCredentials, form: str) -> None:
    proof = await accounts.verify(token(form.format(pair("demo-api", "demo-api"))))
    assert proof == Proof(1, account_id="demo-api")


@pytest.mark.parametrize(
    "text",
    [
        "Basic " + pair("demo-api", "wrong"),
        "Basic " + pair("nobody", "demo-api"),
        "Basic !!!",
        "Bearer opaque",
        "Bearer eyJh.eyJz.c2ln",
    ],
)
async def test_an_unknown_credential_proves_nobody(accounts: AccountCredentials, text: str) -> None:
    assert await accounts.verify(token(text)) is None
    assert await accounts.verify(token(text)) is None


async def test_a_changed_secret_revokes_the_remembered_one(
    accounts: AccountCredentials, world: World
) -> None:
    credential = token("Basic " + pair("demo-api", "demo-api"))
    assert await accounts.verify(credential)
    world.configuration = Configuration(
        accounts=(ApiAccount("demo-api", 1, HASHER.hash("another")),)
    )
    assert await accounts.verify(credential) is None


async def test_a_hundred_requests_with_one_new_credential_check_it_once(
    secrets: SecretCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = 0

    async def counted(secret_hash: str | None, secret: str) -> bool:
        nonlocal checks
        checks += 1
        await asyncio.sleep(0)
        return True

    monkeypatch.setattr(secrets, "matches", counted)
    found = await asyncio.gather(
        *(secrets.matches_again(SECRET_HASH, "demo-api") for _ in range(100))
    )
    assert (all(found), checks) == (True, 1)


async def test_too_many_checks_at_once_are_put_off(secrets: SecretCheck) -> None:
    found = await asyncio.gather(
        *(secrets.matches("no hash", str(number)) for number in range(250)), return_exceptions=True
    )
    assert sum(isinstance(one, TooManyRequestsError) for one in found) == 50


@pytest.mark.parametrize(
    "key",
    [KEY, RSAKey.generate_key(2048), ECKey.generate_key("P-256")],
    ids=["Ed25519", "RSA", "P-256"],
)
async def test_a_token_stands_for_its_session_until_it_expires(
    world: World, secrets: SecretCheck, key: OKPKey | RSAKey | ECKey
) -> None:
    tokens = AgentTokens(key, world.now)
    accounts = AccountCredentials(lambda: world.configuration, secrets, tokens)
    text, expires = tokens.mint("maya", "session", 1)
    proof = Proof(1, user_id="maya", session_id="session")
    assert await accounts.verify(token(f"Bearer {text}")) == proof
    assert await accounts.verify(token(text)) == proof
    world.ms = expires - 1
    assert await accounts.verify(token(text)) == proof
    world.ms = expires
    assert await accounts.verify(token(text)) is None


async def test_a_token_of_a_user_who_is_gone_proves_nobody(
    accounts: AccountCredentials, tokens: AgentTokens, world: World
) -> None:
    text, _ = tokens.mint("maya", "session", 1)
    world.configuration = Configuration()
    assert await accounts.verify(token(text)) is None


@pytest.mark.parametrize(
    "change",
    [{"aud": "https://crm.example"}, {"sid": None}, {"sub": 5}, {"cc": "1"}, {"exp": "soon"}],
    ids=repr,
)
def test_a_token_of_ours_for_another_use_is_no_credential(
    tokens: AgentTokens, change: dict[str, object]
) -> None:
    claims = {"aud": "ameyorestapi", "sub": "maya", "sid": "s", "cc": 1, "exp": 2_000_000_000}
    good = jwt.encode({"alg": "Ed25519"}, claims, KEY, algorithms=["Ed25519"])
    assert tokens.read(good) is not None
    bad = jwt.encode({"alg": "Ed25519"}, {**claims, **change}, KEY, algorithms=["Ed25519"])
    assert tokens.read(bad) is None


def test_a_token_signed_by_another_key_is_forged(tokens: AgentTokens, world: World) -> None:
    other = AgentTokens(OKPKey.generate_key("Ed25519"), world.now)
    assert tokens.read(other.mint("maya", "session", 1)[0]) is None


async def test_a_right_password_gives_the_user_whatever_the_case_of_the_name(
    logins: LoginCheck,
) -> None:
    assert await logins.check("MAYA", "maya", "127.0.0.1") == MAYA


@pytest.mark.parametrize(("name", "password"), [("maya", "wrong"), ("nobody", "maya")])
async def test_five_failures_make_name_and_address_wait(
    logins: LoginCheck, world: World, name: str, password: str
) -> None:
    for _ in range(5):
        logins.admit(name, "127.0.0.1")
        with pytest.raises(LoginFailedError):
            await logins.check(name, password, "127.0.0.1")
    with pytest.raises(TooManyAttemptsError) as caught:
        logins.admit(name.upper(), "127.0.0.1")
    logins.admit(name, "127.0.0.2")
    world.ms += caught.value.retry_after_ms
    logins.admit(name, "127.0.0.1")


async def test_a_good_login_forgets_the_failures_before_it(logins: LoginCheck) -> None:
    for _ in range(4):
        with pytest.raises(LoginFailedError):
            await logins.check("maya", "wrong", "127.0.0.1")
    await logins.check("maya", "maya", "127.0.0.1")
    with pytest.raises(LoginFailedError):
        await logins.check("maya", "wrong", "127.0.0.1")
    logins.admit("maya", "127.0.0.1")
