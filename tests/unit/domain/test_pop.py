"""Contract 1, 3.2: which apps a call or a login opens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from screenpop.demo import world
from screenpop.domain.app import App, IntegrationPoint
from screenpop.domain.call import Call, CallState, CallType, Direction
from screenpop.domain.pop import PopRule, point_of_call, rule_of_call, serves

APP = App(
    app_id="crm",
    contact_center_id=1,
    process_id=3,
    name="CRM",
    urls={IntegrationPoint.CALL: "https://crm.test/"},
)
CALL = Call(
    crt_object_id="d1-6955296d-vce-1",
    interaction_id="d1-6955296d-int-1",
    call_id="d1-6955296d-vcall-1",
    contact_center_id=1,
    process_id=3,
    campaign_id=172,
    call_type=CallType.INBOUND,
    direction=Direction.INBOUND,
    phone="7905690272",
    call_state=CallState.RINGING,
    created_at=0,
    customer_leg_id="leg",
    queue_id=5,
    queue_name="Support",
)
PREVIEW = replace(CALL, call_type=CallType.MANUAL_PREVIEW)
CAMPAIGNS, QUEUES = frozenset({172, 60}), frozenset({5})


@pytest.mark.parametrize(
    ("app", "call", "rule"),
    [
        (APP, CALL, PopRule.MATCHED),
        (replace(APP, enabled=False), CALL, PopRule.DISABLED),
        (replace(APP, process_id=4), CALL, PopRule.OTHER_PROCESS),
        (replace(APP, campaign_ids=CAMPAIGNS), CALL, PopRule.MATCHED),
        (replace(APP, campaign_ids=frozenset({60})), CALL, PopRule.OTHER_CAMPAIGN),
        (replace(APP, queue_ids=QUEUES), CALL, PopRule.MATCHED),
        (replace(APP, queue_ids=frozenset({6})), CALL, PopRule.OTHER_QUEUE),
        (replace(APP, queue_ids=QUEUES), replace(CALL, queue_id=None), PopRule.OTHER_QUEUE),
        (replace(APP, queue_ids=QUEUES, campaign_ids=frozenset({60})), CALL, PopRule.MATCHED),
        (replace(APP, urls={IntegrationPoint.LOGIN: "https://crm.test/"}), CALL, PopRule.NO_URL),
        (APP, PREVIEW, PopRule.NO_URL),
        (
            replace(APP, urls={IntegrationPoint.PREVIEW: "https://c.test/"}),
            PREVIEW,
            PopRule.MATCHED,
        ),
    ],
)
def test_the_first_rule_that_decides_is_told(app: App, call: Call, rule: PopRule) -> None:
    assert rule_of_call(app, call) is rule


def test_a_preview_dial_opens_its_own_point() -> None:
    assert point_of_call(CALL) is IntegrationPoint.CALL
    assert point_of_call(PREVIEW) is IntegrationPoint.PREVIEW


def test_an_app_of_a_queue_serves_the_logins_of_its_campaign() -> None:
    configuration = world.load().configuration
    of_queue = replace(APP, queue_ids=QUEUES)
    assert serves(of_queue, (60, 172), configuration)
    assert not serves(of_queue, (60,), configuration)
    assert serves(APP, (), configuration)
