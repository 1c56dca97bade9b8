"""The demo world is the table of contract 8."""

import base64

import pytest
from argon2 import PasswordHasher, extract_parameters

from screenpop.demo import world
from screenpop.domain.app import ALL_SCOPES, AppKind, IntegrationPoint, Scope
from screenpop.domain.configuration import User, UserType
from screenpop.settings import inconsistencies

WORLD = world.load()
CONFIGURATION = WORLD.configuration
VERIFIER = PasswordHasher()


def user(user_id: str) -> User:
    found = CONFIGURATION.user(user_id)
    assert found is not None
    return found


def test_ports_are_the_contract_s() -> None:
    assert (world.CONSOLE_PORT, world.CRM_PORT) == (8700, 8701)
    assert (WORLD.settings.host, WORLD.settings.port) == ("127.0.0.1", 8700)


def test_credentials_mode_is_lenient_and_limits_are_ten_times_those_of_the_contract() -> None:
    assert WORLD.settings.lenient
    assert WORLD.settings.rate_multiplier == 10
    assert WORLD.settings.demo


@pytest.mark.parametrize(
    ("user_id", "user_type", "campaigns"),
    [
        ("maya", UserType.EXECUTIVE, (60, 172, 270)),
        ("ravi", UserType.EXECUTIVE, (172,)),
        ("sam", UserType.SUPERVISOR, ()),
        ("admin", UserType.ADMINISTRATOR, ()),
    ],
)
def test_user(user_id: str, user_type: UserType, campaigns: tuple[int, ...]) -> None:
    assert len(CONFIGURATION.users) == 4
    assert (user(user_id).user_type, user(user_id).campaign_ids) == (user_type, campaigns)
    assert VERIFIER.verify(user(user_id).password_hash, user_id)


def test_agents_have_different_simulated_extensions() -> None:
    assert user("maya").extension
    assert user("ravi").extension
    assert user("maya").extension != user("ravi").extension


def test_account_is_the_one_of_the_documented_header() -> None:
    (account,) = CONFIGURATION.accounts
    name, secret = base64.b64decode("ZGVtby1hcGk6ZGVtby1hcGk=").decode().split(":")
    assert account.account_id == name
    assert VERIFIER.verify(account.secret_hash, secret)


@pytest.mark.parametrize(
    "stored",
    [
        *(user.password_hash for user in CONFIGURATION.users),
        *(account.secret_hash for account in CONFIGURATION.accounts),
    ],
)
def test_hash_costs_what_the_product_s_hashes_cost(stored: str) -> None:
    parameters = extract_parameters(stored)
    costs = (parameters.memory_cost, parameters.time_cost, parameters.parallelism)
    assert costs == (19456, 2, 1)


def test_contact_centre_and_process() -> None:
    (center,) = CONFIGURATION.contact_centers
    (process,) = CONFIGURATION.processes
    assert center.contact_center_id == 1
    assert (process.process_id, process.name, process.contact_center_id) == (3, "Sales", 1)


@pytest.mark.parametrize(
    ("campaign_id", "name", "campaign_type"),
    [
        (60, "Outbound Sales", "Outbound Voice Campaign"),
        (172, "Inbound Support", "Interactive Voice Application"),
        (270, "Renewals", "Outbound Voice Campaign"),
    ],
)
def test_campaign(campaign_id: int, name: str, campaign_type: str) -> None:
    assert set(CONFIGURATION.campaign_by_id) == {60, 172, 270}
    campaign = CONFIGURATION.campaign_by_id[campaign_id]
    assert (campaign.name, campaign.campaign_type) == (name, campaign_type)
    assert (campaign.process_id, campaign.contact_center_id) == (3, 1)
    assert campaign.manual_dial_allowed
    assert campaign.wrap_time == 30_000


def test_queue_support_is_reached_by_its_did() -> None:
    (queue,) = CONFIGURATION.queues
    assert (queue.queue_id, queue.name, queue.campaign_id) == (5, "Support", 172)
    assert CONFIGURATION.queue_by_did["18005550172"] is queue


@pytest.mark.parametrize("campaign_id", [60, 172, 270])
def test_dispositions_of_every_campaign(campaign_id: int) -> None:
    plan = CONFIGURATION.plan_of(campaign_id)
    classes = {one.disposition_class_id: one.name for one in plan.classes}
    assert classes == {1: "Success", 2: "Follow up", 3: "No contact"}
    assert [
        (one.disposition_code_id, one.name, one.disposition_class_id, one.needs_callback_time)
        for one in plan.codes
    ] == [
        (11, "Sale", 1, False),
        (12, "Resolved", 1, False),
        (21, "Callback", 2, True),
        (22, "Follow up", 2, False),
        (31, "Not interested", 3, False),
        (32, "Wrong number", 3, False),
    ]


def test_ten_customers_among_them_the_guide_s_number_and_the_field_s_id() -> None:
    ids = {customer.columns["phone1"]: customer.customer_id for customer in WORLD.customers}
    assert len(WORLD.customers) == len(ids) == len(set(ids.values())) == 10
    assert "8447380993" in ids
    assert ids["7905690272"] == 43800317962753


def test_customers_have_columns_of_their_process_only() -> None:
    columns = set(CONFIGURATION.processes[0].customer_columns)
    for customer in WORLD.customers:
        assert set(customer.columns) <= columns
        assert (customer.process_id, customer.contact_center_id) == (3, 1)


def test_apps_are_disabled_until_the_crm_s_address_is_known() -> None:
    names = [(app.name, app.kind, app.enabled) for app in CONFIGURATION.apps]
    assert names == [
        ("Demo CRM", AppKind.CRM, False),
        ("Knowledge base", AppKind.PAGE, False),
    ]
    assert all(app.enabled for app in world.load("http://127.0.0.1:9").configuration.apps)


def test_apps_live_at_the_crm_s_address() -> None:
    crm, page = world.demo_apps("http://127.0.0.1:9/")
    assert {IntegrationPoint.LOGIN, IntegrationPoint.CALL} == set(crm.urls)
    for app in (crm, page):
        assert all(url.startswith("http://127.0.0.1:9/") for url in app.urls.values())


def test_apps_have_the_scopes_of_their_kind() -> None:
    crm, page = world.demo_apps("http://127.0.0.1:9")
    assert crm.scopes == ALL_SCOPES - {Scope.SESSION_CONTROL}
    assert page.scopes == frozenset()


def test_world_with_its_apps_is_consistent() -> None:
    assert list(inconsistencies(world.load("http://127.0.0.1:9").configuration)) == []


def test_changed_password_is_everybody_s_and_the_account_s() -> None:
    changed = world.with_password(CONFIGURATION, "correct horse")
    stored = [user.password_hash for user in changed.users]
    stored += [account.secret_hash for account in changed.accounts]
    assert len(stored) == 5
    assert all(VERIFIER.verify(one, "correct horse") for one in set(stored))
