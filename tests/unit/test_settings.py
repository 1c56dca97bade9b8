"""A configuration file becomes settings and a configuration."""

import os
from importlib import resources
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from screenpop.domain.app import ALL_SCOPES, AppKind, IntegrationPoint, Placement, PopMoment, Scope
from screenpop.domain.configuration import DispositionPattern
from screenpop.settings import (
    AsteriskSettings,
    ConfigurationRefusedError,
    Installation,
    LogForm,
    LogLevel,
    ReplyForm,
    Settings,
    load,
    read_configuration,
)
from screenpop.settings.passwords import hash_of

LEAST = """
[[contact_center]]
id = 1
name = "Centre"

[[process]]
id = 3
name = "Sales"
"""
PLAN = """
[[disposition_plan]]
id = 7
name = "Standard"

[[disposition_plan.class]]
id = 1
name = "Success"
codes = [{ id = 11, name = "Sale" }]
"""


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("SCREENPOP_"):
            monkeypatch.delenv(name)


def loaded(folder: Path, text: str) -> Installation:
    file = folder / "screenpop.toml"
    file.write_text(text, "utf-8")
    return load(file)


def test_settings_without_sections_are_the_defaults(tmp_path: Path) -> None:
    assert loaded(tmp_path, LEAST).settings == Settings(data_folder=tmp_path / "data")


def test_strict_credentials_and_loopback_are_the_defaults() -> None:
    assert not Settings().lenient
    assert Settings().host == "127.0.0.1"


def test_every_section_reaches_the_settings(tmp_path: Path) -> None:
    sections = """
[server]
host = "0.0.0.0"
port = 443
public_urls = ["HTTPS://Calls.Example.com:443/", "https://desk.example.com:8443"]
trusted_proxies = ["10.0.0.1", "fd00::/8"]
data_folder = "/var/lib/screenpop"
credentials = "lenient"
dispose_and_dial_reply = "ok"
rate_multiplier = 2.5
node = 4
private_crm_addresses_allowed = false

[telephony]
kind = "simulator"
simulator_speed = 10
simulator_survives = false

[log]
level = "debug"
form = "json"
"""
    assert loaded(tmp_path, sections + LEAST).settings == Settings(
        host="0.0.0.0",
        port=443,
        public_urls=("https://calls.example.com", "https://desk.example.com:8443"),
        trusted_proxies=("10.0.0.1/32", "fd00::/8"),
        data_folder=Path("/var/lib/screenpop"),
        lenient=True,
        dispose_and_dial_form=ReplyForm.OK,
        rate_multiplier=2.5,
        node=4,
        private_crm_addresses_allowed=False,
        sim_speed=10,
        simulator_survives=False,
        log_level=LogLevel.DEBUG,
        log_form=LogForm.JSON,
    )


def test_asterisk_is_a_line_with_its_own_keys(tmp_path: Path) -> None:
    sections = """
[telephony]
kind = "asterisk"
url = "https://pbx.example.com:8089/"
user = "ari"
secret = "no word of a dictionary"
app = "calls"
trunk = "provider"
"""
    settings = loaded(tmp_path, sections + LEAST).settings
    assert settings.asterisk == AsteriskSettings(
        url="https://pbx.example.com:8089",
        user="ari",
        secret="no word of a dictionary",
        app="calls",
        trunk="provider",
    )
    assert "dictionary" not in repr(settings)


def test_the_secret_of_asterisk_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationRefusedError, match="SCREENPOP_TELEPHONY__SECRET"):
        loaded(tmp_path, '[telephony]\nkind = "asterisk"\n' + LEAST)
    monkeypatch.setenv("SCREENPOP_TELEPHONY__SECRET", "s")
    settings = loaded(tmp_path, '[telephony]\nkind = "asterisk"\n' + LEAST).settings
    assert settings.asterisk is not None
    assert settings.asterisk.secret == "s"


def test_environment_goes_before_the_file_key_by_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCREENPOP_SERVER__PORT", "9000")
    monkeypatch.setenv("SCREENPOP_SERVER__PUBLIC_URLS", "https://a.example, https://b.example")
    settings = loaded(tmp_path, '[server]\nport = 1\nhost = "::1"\n' + LEAST).settings
    assert (settings.port, settings.host) == (9000, "::1")
    assert settings.public_urls == ("https://a.example", "https://b.example")


def test_environment_does_not_reach_the_contact_centres(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCREENPOP_PROCESS", "[]")
    assert loaded(tmp_path, LEAST).configuration.process_by_id[3].name == "Sales"


def test_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    assert loaded(tmp_path, "\ufeff" + LEAST).configuration.processes


def test_only_contact_centre_process_and_plan_need_not_be_named(tmp_path: Path) -> None:
    text = LEAST + PLAN + '[[campaign]]\nid = 60\nname = "Out"\ntype = "Outbound"\n'
    campaign = loaded(tmp_path, text).configuration.campaign_by_id[60]
    assert (campaign.contact_center_id, campaign.process_id, campaign.plan_id) == (1, 3, 7)


def test_times_are_seconds_in_the_file_and_milliseconds_inside(tmp_path: Path) -> None:
    campaign = """
[[campaign]]
id = 60
name = "Out"
type = "Outbound"
wrap_seconds = 0.5
agent_ring_seconds = 7
customer_ring_seconds = 8
disposition_pattern = "forced"
"""
    found = loaded(tmp_path, LEAST + PLAN + campaign).configuration.campaign_by_id[60]
    assert (found.wrap_time, found.agent_ring_time, found.customer_ring_time) == (500, 7000, 8000)
    assert found.disposition_pattern is DispositionPattern.FORCED


def test_app_has_everything_its_table_says(tmp_path: Path) -> None:
    text = (
        LEAST
        + PLAN
        + """
[[campaign]]
id = 60
name = "Out"
type = "Outbound"

[[app]]
id = "crm"
name = "CRM"
campaigns = [60]
pop_moment = "connect"
placement = "side"
scopes = ["ui"]
origins = ["https://other.example.com"]

[app.urls]
login = "https://crm.example.com/login?x=1"
call = "https://crm.example.com/{customer.name|nobody}"

[app.options]
query_limit = 4000
sso_transport = "json"
"""
    )
    (app,) = loaded(tmp_path, text).configuration.apps
    assert app.urls == {
        IntegrationPoint.LOGIN: "https://crm.example.com/login?x=1",
        IntegrationPoint.CALL: "https://crm.example.com/{customer.name|nobody}",
    }
    assert (app.pop_moment, app.placement) == (PopMoment.CONNECT, Placement.SIDE)
    assert (app.campaign_ids, app.scopes) == (frozenset({60}), frozenset({Scope.UI}))
    assert app.origins == ("https://other.example.com",)
    assert app.options == {"query_limit": 4000, "sso_transport": "json"}


@pytest.mark.parametrize(
    ("kind", "scopes"),
    [(AppKind.CRM, ALL_SCOPES - {Scope.SESSION_CONTROL}), (AppKind.PAGE, frozenset())],
)
def test_scopes_that_are_not_listed_are_those_of_the_kind(
    tmp_path: Path, kind: AppKind, scopes: frozenset[Scope]
) -> None:
    app = f'[[app]]\nid = "a"\nname = "A"\nkind = "{kind}"\nurls = {{ call = "https://a.b/" }}\n'
    assert loaded(tmp_path, LEAST + app).configuration.apps[0].scopes == scopes


def test_apps_keep_the_file_s_order(tmp_path: Path) -> None:
    apps = "".join(
        f'[[app]]\nid = "{name}"\nname = "A"\nurls.call = "https://a.b/"\n' for name in "bca"
    )
    found = loaded(tmp_path, LEAST + apps).configuration.apps
    assert [(app.app_id, app.position) for app in found] == [("b", 0), ("c", 1), ("a", 2)]


def test_file_and_text_give_the_same_contact_centres(tmp_path: Path) -> None:
    text = resources.files("screenpop.demo").joinpath("world.toml").read_text("utf-8")
    assert loaded(tmp_path, text).configuration == read_configuration(text, Path("any"))


def test_file_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefusedError) as refused:
        load(tmp_path / "gone.toml")
    assert str(refused.value) == (
        f"{tmp_path / 'gone.toml'}: it cannot be read: No such file or directory. "
        "Name a file that can."
    )


def test_hash_is_the_one_that_the_file_takes(tmp_path: Path) -> None:
    stored = hash_of("correct horse")
    user = f'[[user]]\nid = "kim"\nname = "Kim"\npassword_hash = "{stored}"\n'
    found = loaded(tmp_path, LEAST + user).configuration.user("KIM")
    assert found is not None
    assert PasswordHasher().verify(found.password_hash, "correct horse")
