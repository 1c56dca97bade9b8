"""The replies of the voice REST, in the contract's order of fields (contract 5, "Replies")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from .fields import UNKNOWN_CUSTOMER

OK: Final = b"ok"
"""The whole body of the short reply: two letters, no line break."""

ReplyForm = Literal["auto", "json", "ok"]
"""How disposeAndManualDial and conferWithPhone answer; `auto` looks at the request."""


def answers_ok(form: ReplyForm, *, authorization: str | None, accept: str | None) -> bool:
    """Say whether the reply is the two letters `ok` instead of JSON.

    `auto`: when there is no Authorization header and Accept is absent or `*/*`.
    """
    if form != "auto":
        return form == "ok"
    return authorization is None and (accept is None or accept.strip() in ("", "*/*"))


def dial_reply(
    *,
    request_id: str | None,
    crt_object_id: str,
    interaction_id: str,
    user_crt_object_id: str,
    campaign_id: int,
    phone: str,
    customer_id: int | None,
    disposed_crt_object_id: str | None = None,
) -> dict[str, Any]:
    """Give the reply of manualDial; with `disposed_crt_object_id` that of disposeAndManualDial."""
    reply = {
        **call_reply(
            request_id=request_id,
            crt_object_id=crt_object_id,
            interaction_id=interaction_id,
            user_crt_object_id=user_crt_object_id,
            campaign_id=campaign_id,
        ),
        "phone": phone,
        "customerId": UNKNOWN_CUSTOMER if customer_id is None else customer_id,
    }
    if disposed_crt_object_id is not None:
        reply["disposedCrtObjectId"] = disposed_crt_object_id
    return reply


def dispose_reply(
    *,
    request_id: str | None,
    crt_object_id: str,
    interaction_id: str,
    user_crt_object_id: str,
    campaign_id: int,
    disposition_code_id: int,
    disposition_code: str,
) -> dict[str, Any]:
    """Give the reply of disposeCall."""
    return {
        **call_reply(
            request_id=request_id,
            crt_object_id=crt_object_id,
            interaction_id=interaction_id,
            user_crt_object_id=user_crt_object_id,
            campaign_id=campaign_id,
        ),
        "dispositionCodeId": disposition_code_id,
        "dispositionCode": disposition_code,
    }


def call_reply(
    *,
    request_id: str | None,
    crt_object_id: str | None,
    interaction_id: str | None,
    user_crt_object_id: str,
    campaign_id: int | None,
) -> dict[str, Any]:
    """Give the fields that every success reply starts with; the whole reply of a further call."""
    return {
        "result": "success",
        "requestId": request_id,
        "crtObjectId": crt_object_id,
        "interactionId": interaction_id,
        "userCrtObjectId": user_crt_object_id,
        "campaignId": campaign_id,
    }


def callback_reply(
    *,
    request_id: str | None,
    callback_id: str,
    user_crt_object_id: str,
    campaign_id: int,
    phone: str,
    customer_id: int | None,
) -> dict[str, Any]:
    """Give the reply of addCallback, which has no call yet."""
    return {
        "result": "success",
        "requestId": request_id,
        "callbackId": callback_id,
        "userCrtObjectId": user_crt_object_id,
        "campaignId": campaign_id,
        "phone": phone,
        "customerId": UNKNOWN_CUSTOMER if customer_id is None else customer_id,
    }


@dataclass(frozen=True, slots=True)
class LoginFacts:
    """What the reply of userLogin/login tells; `login_time` and `jwt_expires` are epoch ms."""

    contact_center_id: int
    user_id: str
    user_name: str
    user_type: str
    session_id: str
    login_time: int
    jwt: str
    jwt_expires: int


def login_reply(facts: LoginFacts, *, request_id: str | None) -> dict[str, Any]:
    """Give the reply of userLogin/login."""
    return {
        "requestId": request_id,
        "contactCenterId": facts.contact_center_id,
        "userSessionInfo": {
            "userId": facts.user_id,
            "userName": facts.user_name,
            "userType": facts.user_type,
            "sessionId": facts.session_id,
            "loginTime": facts.login_time,
            "authenticationPolicy": "auth.type.passwd",
        },
        "authenticationState": {
            "userId": facts.user_id,
            "authPolicyVsUserInfo": {
                "auth.type.passwd": {
                    "userId": facts.user_id,
                    "sessionId": facts.session_id,
                    "loginProperties": {
                        "jwt": facts.jwt,
                        "jwtTokenExpiryMs": facts.jwt_expires,
                        "contact_center_id": facts.contact_center_id,
                    },
                }
            },
        },
        "configurations": {},
    }


def session_reply(session_id: str) -> dict[str, Any]:
    """Give the reply of session/userLogin."""
    return {"sessionId": session_id}


def refresh_token_reply(jwt: str) -> dict[str, Any]:
    """Give the reply of session/refreshToken."""
    return {"jwtToken": jwt}


def success_reply(request_id: str | None = None) -> dict[str, Any]:
    """Give the reply of a call that has nothing to tell: userLogout, keepAliveWithPingPush."""
    return {"result": "success", "requestId": request_id}


def campaign_entry(
    *,
    campaign_id: int,
    name: str,
    campaign_type: str,
    description: str,
    process_id: int,
    contact_center_id: int,
) -> dict[str, Any]:
    """Give one entry of cc/campaigns/getAssigned."""
    return {
        "campaignId": campaign_id,
        "campaignName": name,
        "campaignType": campaign_type,
        "description": description,
        "processId": process_id,
        "contactCenterId": contact_center_id,
    }


def disposition_code_entry(*, code_id: int, name: str, class_id: int) -> dict[str, Any]:
    """Give one entry of cc/dispositionCodes/getByCampaign."""
    return {
        "dispositionCodeId": code_id,
        "dispositionCodeName": name,
        "dispositionClassId": class_id,
    }


def disposition_class_entry(
    *, class_id: int, name: str, codes: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Give one entry of getDispositionClassesForCampaign; `codes` are disposition_code_entry's."""
    return {
        "dispositionClassId": class_id,
        "dispositionClassName": name,
        "dispositionCodes": [dict(code) for code in codes],
    }
