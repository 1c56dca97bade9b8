"""What is wrong with a file is said with file, line, key, reason and cure."""

from pathlib import Path

import pytest

from screenpop.settings import ConfigurationRefusedError, Problem, load

HASH = "$argon2id$v=19$m=19456,t=2,p=1$PVWJ5SXODVrf6h3H7C2AsQ$saYpVainSS5ZzrrQUmXz"
GOOD = f"""
[[contact_center]]
id = 1
name = "Centre"
[[process]]
id = 3
name = "Sales"
contact_center = 1
[[disposition_plan]]
id = 7
name = "Standard"
contact_center = 1
[[disposition_plan.class]]
id = 1
name = "Success"
codes = [{{ id = 11, name = "Sale" }}]
[[campaign]]
id = 60
name = "Out"
type = "Outbound"
process = 3
disposition_plan = 7
[[queue]]
id = 5
name = "Support"
campaign = 60
dids = ["18005550172"]
[[user]]
id = "kim"
name = "Kim"
password_hash = "{HASH}"
process = 3
"""
USER = f'[[user]]\nid = "lee"\nname = "Lee"\npassword_hash = "{HASH}"\n'
PROCESS = '[[process]]\nid = 4\nname = "Other"\ncontact_center = 1\n'
APP = '[[app]]\nid = "crm"\nname = "CRM"\n'
QUEUE = '[[queue]]\nid = 6\nname = "More"\ncampaign = 60\n'
CLASS = """[[disposition_plan.class]]
id = 1
name = "x"
codes = [{ id = 1, name = "a" }, { id = 2, name = "A" }]
"""
# What is wrong; what is put in front and behind; the line in that part; the key; words to read.
CASES = [
    ("syntax", "a = \n", "", 1, "", "not TOML: Invalid value. Correct this line."),
    ("key twice", "", "[log]\n[log]\n", 2, "", "not TOML: Cannot declare"),
    ("section misspelt", "[servr]\n", "", 1, "servr", "not known. Did you mean server?"),
    ("setting misspelt", "[server]\nprot = 1\n", "", 2, "server.prot", "Did you mean port?"),
    ("nothing alike", "[log]\nzzz = 1\n", "", 2, "log.zzz", "Known here: level, form."),
    ("port too high", "[server]\nport = 65536\n", "", 2, "server.port", "at most 65535"),
    ("port as words", '[server]\nport = "a"\n', "", 2, "server.port", "no whole number."),
    ("mode", '[server]\ncredentials = "lax"\n', "", 2, "server.credentials", '"strict" or'),
    ("proxy", '[server]\ntrusted_proxies = ["x"]\n', "", 2, "server.trusted_proxies", "no address"),
    (
        "public URL",
        '[server]\npublic_urls = [\n  "https://a.example",\n  "https://a.example/x",\n]\n',
        "",
        4,
        "server.public_urls",
        "no origin. Write scheme, host and port only",
    ),
    ("telephony", '[telephony]\nkind = "x"\n', "", 2, "telephony.kind", 'Write "simulator" or'),
    ("missing", "", '[[process]]\nname = "x"\n', 1, "process.id", "missing. Add it"),
    ("list", "", QUEUE + "dids = 1\n", 5, "queue.dids", "no list. Put the values in square"),
    ("text", "", QUEUE + "dids = [1]\n", 5, "queue.dids", "no text. Put the value in quotes"),
    ("truth", "", PROCESS + 'masking = "so"\n', 5, "process.masking", "Write true or false"),
    ("empty", "", '[[process]]\nid = 4\nname = ""\n', 3, "process.name", "it is empty"),
    ("table", "", "app = 1\n", 1, "user.app", "not known"),
    ("plain password", "", USER.replace(HASH, "pw"), 4, "user.password_hash", "hash-password"),
    ("password key", "", USER + 'password = "pw"\n', 5, "user.password", "mean password_hash?"),
    ("time zone", "", '[[contact_center]]\nid = 2\nname = "B"\ntime_zone = "Mars"\n', 4,
     "contact_center.time_zone", "no time zone Mars. Write an IANA name"),
    ("id twice", "", PROCESS.replace("4", "3"), 2, "process.id", "another process has the id 3"),
    ("user twice", "", USER.replace("lee", "KIM"), 2, "user.id", "also without case"),
    ("user id form", "", USER.replace("lee", "a b"), 2, "user.id", "no userId. Write 1 to 64"),
    ("reserved user id", "", USER.replace("lee", "a-uce-b"), 2, "user.id", "without -uce-"),
    ("no such campaign", "", USER + "campaigns = [60, 61]\n", 5, "user.campaigns",
     "no campaign 61. Name some of these: 60."),
    ("no such process", "", USER + "process = 9\n", 5, "user.process", "Name one of these: 3."),
    ("process not said", "", PROCESS + USER, 5, "user.process", "several of process"),
    ("no such plan", "", '[[campaign]]\nid = 61\nname = "x"\ntype = "x"\ndisposition_plan = 8\n',
     5, "campaign.disposition_plan", "no disposition_plan 8. Name one of these: 7."),
    ("number twice", "", QUEUE + 'dids = ["18005550172"]\n', 5, "queue.dids",
     "already leads to the queue Support"),
    ("no number", "", QUEUE + 'dids = ["12 34"]\n', 5, "queue.dids", "12 34 is no number"),
    ("column", "", PROCESS + 'searchable_columns = ["nam"]\n', 5, "process.searchable_columns",
     "nam is no column of a customer. Did you mean name?"),
    ("account", "", f'[[api_account]]\nid = "a:b"\nsecret_hash = "{HASH}"\n', 2,
     "api_account.id", "may not contain a colon"),
    ("code twice", "", '[[disposition_plan]]\nid = 8\nname = "x"\ncontact_center = 1\n' + CLASS, 5,
     "disposition_plan.class", "code name a stands twice"),
    ("app without URL", "", APP + "urls = {}\n", 4, "app.urls", "the app has no URL"),
    ("http", "", APP + '[app.urls]\ncall = "http://crm.example.com/"\n', 5, "app.urls.call",
     "http is taken for loopback hosts only, and crm.example.com is none. Serve the page"),
    ("script", "", APP + '[app.urls]\ncall = "javascript:alert(1)"\n', 5, "app.urls.call",
     "begins with https://"),
    ("placeholder", "", APP + '[app.urls]\ncall = "https://a.b/{phon}"\n', 5, "app.urls.call",
     "{phon} names nothing"),
    ("column in URL", "", APP + '[app.urls]\ncall = "https://a.b/{customer.city}"\n', 5,
     "app.urls.call", "{customer.city} names nothing"),
    ("origin", "", APP + 'urls.call = "https://a.b/"\norigins = ["https://a.b/x"]\n', 5,
     "app.origins", "scheme, host and port only"),
    ("app's campaign", "", APP + 'urls.call = "https://a.b/"\ncampaigns = [61]\n', 5,
     "app.campaigns", "no campaign 61"),
    ("app's queue", "", APP + 'urls.call = "https://a.b/"\nqueues = [61]\n', 5,
     "app.queues", "no queue 61"),
    ("parameter", "", APP + 'urls.call = "https://a.b/"\noptions.switched_off = ["fone"]\n', 5,
     "app.options.switched_off", "fone is not a standard parameter"),
    ("sso without address", "", APP + 'urls.call = "https://a.b/"\nsession_policy = "sso"\n', 1,
     "app.options.sso_url", "needs the CRM's login address"),
    ("sso address", "", APP + 'urls.call = "https://a.b/"\noptions.sso_url = "ftp://a"\n', 5,
     "app.options.sso_url", "begins with https://"),
    ("limit", "", APP + 'urls.call = "https://a.b/"\noptions.query_limit = 9000\n', 5,
     "app.options.query_limit", "at most 7000"),
]  # fmt: skip


def refusal(file: Path, text: str) -> ConfigurationRefusedError:
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigurationRefusedError) as refused:
        load(file)
    return refused.value


def test_the_file_that_the_cases_break_is_good(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(GOOD, "utf-8")
    assert load(file).configuration.users


@pytest.mark.parametrize(
    ("front", "behind", "line", "key", "words"),
    [pytest.param(*case[1:], id=case[0]) for case in CASES],
)
def test_problem_is_one_line_with_place_reason_and_cure(
    tmp_path: Path, front: str, behind: str, line: int, key: str, words: str
) -> None:
    file = tmp_path / "a.toml"
    place = line + (GOOD.count("\n") if behind else 0)
    (text,) = str(refusal(file, front + GOOD + behind)).splitlines()
    start = f"{file}:{place}: " + (f"{key}: " if key else "")
    assert text.startswith(start), text
    assert words in text
    assert text.endswith((".", "?"))


def test_every_problem_of_form_is_said_at_once_in_the_file_s_order(tmp_path: Path) -> None:
    text = '[server]\nport = "a"\nhots = ""\n' + GOOD + '[[user]]\nid = ""\n'
    lines = [problem.line for problem in refusal(tmp_path / "a.toml", text).problems]
    assert lines == sorted(lines)
    assert len(lines) == 5


def test_every_problem_between_items_is_said_at_once(tmp_path: Path) -> None:
    text = GOOD + USER + "campaigns = [1, 2]\n" + QUEUE + 'dids = ["x"]\n'
    assert len(refusal(tmp_path / "a.toml", text).problems) == 3


OTHER_PROCESS = """[[process]]
id = 4
name = "Other"
contact_center = 1
[[campaign]]
id = 61
name = "Elsewhere"
type = "Outbound"
process = 4
disposition_plan = 7
[[queue]]
id = 6
name = "Elsewhere"
campaign = 61
dids = ["18005550173"]
"""


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (USER + "process = 3\ncampaigns = [61]\n", "campaign 61 belongs to another process"),
        (APP + 'process = 3\nurls.call = "https://a.b/"\ncampaigns = [61]\n', "no campaign 61"),
        (APP + 'process = 3\nurls.call = "https://a.b/"\nqueues = [6]\n', "no queue 6"),
    ],
    ids=["user's campaign", "app's campaign", "app's queue"],
)
def test_item_of_another_process_is_refused(tmp_path: Path, table: str, words: str) -> None:
    (problem,) = refusal(tmp_path / "a.toml", GOOD + OTHER_PROCESS + table).problems
    assert words in problem.reason


def test_plan_of_another_contact_centre_is_refused(tmp_path: Path) -> None:
    other = """[[contact_center]]
id = 2
name = "Other"
[[process]]
id = 4
name = "Other"
contact_center = 2
[[campaign]]
id = 61
name = "Elsewhere"
type = "Outbound"
process = 4
disposition_plan = 7
"""
    (problem,) = refusal(tmp_path / "a.toml", GOOD + other).problems
    assert problem.key == "campaign.disposition_plan"
    assert "belongs to another contact centre" in problem.reason


def test_value_from_the_environment_is_blamed_on_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCREENPOP_SERVER__PORT", "many")
    (problem,) = refusal(tmp_path / "a.toml", GOOD).problems
    line = problem.line_for(Path("a.toml"))
    assert line.startswith("SCREENPOP_SERVER__PORT: server.port: it is no whole number.")


def test_file_that_is_not_utf8_is_refused_at_its_line(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b'[server]\nhost = "\xff"\n')
    with pytest.raises(ConfigurationRefusedError) as refused:
        load(file)
    assert str(refused.value) == f"{file}:2: it is not UTF-8. Save the file as UTF-8."


@pytest.mark.parametrize(
    "text",
    [
        GOOD + USER.replace(HASH, "hunter2"),
        GOOD + USER + 'password = "hunter2"\n',
        GOOD + '[[api_account]]\nid = "x"\nsecret_hash = ["hunter2"]\n',
        GOOD + '[[api_account]]\nid = "x"\nsecret_hash = "hunter2\n',
    ],
    ids=["no hash", "wrong key", "wrong type", "no closing quote"],
)
def test_secret_never_stands_in_a_problem(tmp_path: Path, text: str) -> None:
    assert "hunter2" not in str(refusal(tmp_path / "a.toml", text))


def test_problem_without_place_names_the_file_alone() -> None:
    assert Problem((), "it is odd", "Mend it").line_for(Path("a.toml")) == (
        "a.toml: it is odd. Mend it."
    )
