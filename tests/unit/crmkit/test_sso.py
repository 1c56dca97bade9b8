"""The single sign-on endpoint and the tokens it takes (contract 4)."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import Key, KeySet, OctKey, OKPKey, RSAKey

from screenpop.crmkit.sso import SsoAnswer, SsoDeniedError, answer_sso
from screenpop.crmkit.token import TokenRefusedError, TokenVerifier
from screenpop.wire.sso_xml import (
    SsoLogin,
    SsoLogout,
    SsoReply,
    compose_form,
    compose_json_request,
    compose_xml_request,
    parse_reply,
)

ORIGIN = "https://crm.example"
NOW = 1_800_000_000
KEY = OKPKey.generate_key("Ed25519", parameters={"kid": "k1"})
RSA_KEY = RSAKey.generate_key(2048, parameters={"kid": "r1"})


class Sessions:
    """The CRM's sessions: what the callbacks open and close."""

    def __init__(self) -> None:
        self.open: dict[str, str] = {}

    def open_session(self, user_id: str) -> str:
        session = f"s{len(self.open) + 1}"
        self.open[session] = user_id
        return session

    def close_session(self, session: str) -> None:
        self.open.pop(session, None)


def answer(
    body: bytes, sessions: Sessions, tokens: TokenVerifier | None = None, password: str = "right"
) -> SsoAnswer:
    return answer_sso(
        body,
        open_session=sessions.open_session,
        close_session=sessions.close_session,
        check_password=lambda user_id, given: given == password,
        tokens=tokens,
    )


def token(
    key: OKPKey | RSAKey | OctKey = KEY, alg: str = "Ed25519", kid: str = "k1", **claims: Any
) -> str:
    told = {"sub": "maya", "aud": ORIGIN, "exp": NOW + 60, "iat": NOW} | claims
    header = {"alg": alg, "kid": kid}
    return jwt.encode(header, {k: v for k, v in told.items() if v is not None}, key, [alg])


class Keys:
    """The console's published keys, and how often they were asked for."""

    def __init__(self, *keys: OKPKey | RSAKey) -> None:
        self.published: list[Key] = list(keys) or [KEY, RSA_KEY]
        self.asked = 0

    def __call__(self) -> Mapping[str, Any]:
        self.asked += 1
        return dict(KeySet(self.published).as_dict(private=False))


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("compose", [compose_form, lambda r: compose_xml_request(r).encode()])
def test_right_password_opens_a_session(compose: Any) -> None:
    sessions = Sessions()

    answered = answer(compose(SsoLogin("maya", password="right")), sessions)

    assert answered.content_type.startswith("text/xml")
    assert parse_reply(answered.body) == SsoReply(True, "", "s1")
    assert sessions.open == {"s1": "maya"}


def test_wrong_password_opens_none() -> None:
    sessions = Sessions()

    reply = parse_reply(answer(compose_form(SsoLogin("maya", password="x")), sessions).body)

    assert reply == SsoReply(False, "User name or password is wrong.", None)
    assert sessions.open == {}


def test_json_request_is_answered_in_json() -> None:
    answered = answer(compose_json_request(SsoLogin("maya", password="right")), Sessions())

    assert answered.content_type == "application/json"
    assert json.loads(answered.body)["crmSessionId"] == "s1"


def test_logout_closes_the_session_and_may_be_repeated() -> None:
    sessions = Sessions()
    sessions.open_session("maya")

    for _ in range(2):
        assert parse_reply(answer(compose_form(SsoLogout("s1")), sessions).body).ok
    assert sessions.open == {}


@pytest.mark.parametrize(
    "body", [b"", b"<x/>", b"requestXml=%3C!DOCTYPE%20r%3E%3Crequest/%3E", b"{"]
)
def test_what_cannot_be_read_is_refused_in_words(body: bytes) -> None:
    reply = parse_reply(answer(body, Sessions()).body)

    assert not reply.ok
    assert "cannot be read" in reply.message


def test_refusal_of_a_callback_reaches_the_agent() -> None:
    def refuse(user_id: str) -> str:
        raise SsoDeniedError("Your licence has run out & so on")

    answered = answer_sso(
        compose_form(SsoLogin("maya", password="x")),
        open_session=refuse,
        close_session=lambda session: None,
        check_password=lambda user_id, password: True,
    )

    assert parse_reply(answered.body).message == "Your licence has run out & so on"


def test_proof_of_a_kind_that_is_not_taken_is_refused() -> None:
    for login in (SsoLogin("maya", password="x"), SsoLogin("maya", token="x")):
        answered = answer_sso(
            compose_form(login), open_session=str, close_session=lambda session: None
        )
        assert "takes no" in parse_reply(answered.body).message


@pytest.mark.parametrize(("key", "alg", "kid"), [(KEY, "Ed25519", "k1"), (RSA_KEY, "RS256", "r1")])
def test_token_opens_a_session_once(key: OKPKey | RSAKey, alg: str, kid: str) -> None:
    verifier = TokenVerifier(Keys(), ORIGIN, clock=Clock())
    login = compose_form(SsoLogin("maya", token=token(key, alg, kid)))
    sessions = Sessions()

    replies = [parse_reply(answer(login, sessions, verifier).body) for _ in range(2)]

    assert [reply.ok for reply in replies] == [True, False]
    assert list(sessions.open.values()) == ["maya"]


def test_token_of_another_user_is_refused() -> None:
    verifier = TokenVerifier(Keys(), ORIGIN, clock=Clock())

    reply = parse_reply(
        answer(compose_form(SsoLogin("ravi", token=token())), Sessions(), verifier).body
    )

    assert reply == SsoReply(False, "The sign-on token is another user's.", None)


@pytest.mark.parametrize(
    "bad",
    [
        token(aud="https://other.example"),
        token(aud=None),
        token(exp=NOW - 6),
        token(exp=None),
        token(sub=None),
        token(sub=""),
        token(sub=7),
        token(nbf=NOW + 60),
        token(OKPKey.generate_key("Ed25519", parameters={"kid": "k1"})),
        token(OctKey.import_key(b"k" * 32), "HS256", "k1"),
        token()[:-4] + "AAAA",
        "a.b.c",
        "",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYXlhIn0.",
    ],
)
def test_token_that_is_not_sound_is_refused(bad: str) -> None:
    with pytest.raises(TokenRefusedError):
        TokenVerifier(Keys(), ORIGIN, clock=Clock()).verify(bad)


def test_token_of_a_new_key_makes_the_keys_be_asked_for_again() -> None:
    keys, clock = Keys(KEY), Clock()
    verifier = TokenVerifier(keys, ORIGIN, clock=clock)
    verifier.verify(token())
    keys.published.append(RSA_KEY)
    clock.now += 30

    assert verifier.verify(token(RSA_KEY, "RS256", "r1")).user_id == "maya"
    assert keys.asked == 2


def test_flood_of_bad_tokens_is_no_flood_of_requests_for_keys() -> None:
    keys = Keys()
    verifier = TokenVerifier(keys, ORIGIN, clock=Clock())

    for _ in range(20):
        with pytest.raises(TokenRefusedError):
            verifier.verify("a.b.c")

    assert keys.asked == 1


@pytest.mark.parametrize("published", [{"keys": []}, {}, {"keys": [{"kty": "OKP"}]}, {"keys": 1}])
def test_console_without_a_usable_key_refuses_by_name(published: Mapping[str, Any]) -> None:
    with pytest.raises(TokenRefusedError, match="no usable key"):
        TokenVerifier(lambda: published, ORIGIN, clock=Clock()).verify(token())


def test_used_tokens_are_forgotten_when_they_expire() -> None:
    clock = Clock()
    verifier = TokenVerifier(Keys(), ORIGIN, clock=clock)
    verifier.verify(token())
    clock.now += 100

    verifier.verify(token(exp=NOW + 160))

    assert len(verifier._used) == 1
