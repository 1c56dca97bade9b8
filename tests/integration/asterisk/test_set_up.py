"""``screenpop telephony``: the configuration it writes runs, and the check finds what is wrong."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from screenpop.adapters.telephony.asterisk.set_up import FILES
from screenpop.cli.app import run
from screenpop.testing.asterisk import Asterisk, asterisk
from tests.asterisk import ROOT
from tests.integration.asterisk.floor import configuration

pytestmark = [pytest.mark.needs("asterisk")]
Change = Callable[[str], str]


def checked(file: Path, capsys: pytest.CaptureFixture[str], change: Change = str) -> list[str]:
    """What the check says of the configuration after a change, its status judged by its words."""
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    status = run(["telephony", "check", "--config", str(file)])
    said = capsys.readouterr().out.splitlines()
    assert status == int(any(line.startswith("WRONG") for line in said))
    return said


def wrong(said: list[str]) -> str:
    """The one thing that is wrong, with its cure."""
    (at,) = [n for n, line in enumerate(said) if line.startswith("WRONG")]
    return " ".join(part.strip() for part in said[at : at + 2])


def test_a_fit_asterisk_is_found_fit_step_by_step(
    tmp_path: Path, pbx: Asterisk, capsys: pytest.CaptureFixture[str]
) -> None:
    said = checked(configuration(tmp_path, pbx), capsys)
    assert [line.split(maxsplit=1)[0] for line in said] == ["ok"] * 8
    assert re.search(r"its version, 22\.[0-9.]+", said[1])
    assert said[3:] == [
        "ok      the trunk, PJSIP endpoint trunk, is there",
        "ok      the agents' extension 1001 can be rung",
        "ok      the agents' extension 1002 can be rung",
        "ok      events come over a WebSocket",
        "ok      calls to 18005550172 are handed over",
    ]


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ('secret = "only-for-tests"', 'secret = "x"', "user or secret is wrong.*ari.conf"),
        ('kind = "asterisk"', 'kind = "asterisk"\ntrunk = "b"', "it is not.*there are:.*trunk"),
        ('extension = "1002"', 'extension = "9"', "no PJSIP endpoint 9.*another extension"),
        ('extension = "1002"', 'extension = "a b"', "neither a telephone number nor"),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(
    tmp_path: Path,
    pbx: Asterisk,
    capsys: pytest.CaptureFixture[str],
    before: str,
    after: str,
    finding: str,
) -> None:
    said = checked(configuration(tmp_path, pbx), capsys, lambda text: text.replace(before, after))
    assert re.search(finding, wrong(said))


def test_an_address_where_nothing_is_ends_the_check_with_the_cure(
    tmp_path: Path, pbx: Asterisk, capsys: pytest.CaptureFixture[str]
) -> None:
    file = configuration(tmp_path, pbx, url="http://127.0.0.1:9")
    said = checked(file, capsys)
    assert "bindaddr and bindport in http.conf" in wrong(said)
    assert len(said) == 2


def test_a_telephone_that_has_not_logged_in_and_a_number_that_leads_nowhere_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The telephones that `init` writes wait for somebody to register."""
    with asterisk(ROOT, telephones={"2001": "its-secret"}) as own:
        file = configuration(tmp_path, own)
        said = checked(file, capsys, lambda text: text.replace('"1002"', '"2001"'))
        assert "no telephone is registered there" in wrong(said)
        own.cli("dialplan remove context screenpop-inbound")
        said = checked(file, capsys, lambda text: text.replace('"2001"', '"1002"'))
        assert "has no such number" in wrong(said)


def test_init_writes_every_file_and_the_table_that_fits_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "asterisk"
    assert run(["telephony", "asterisk", "init", str(folder), "--telephone", "1001"]) == 0
    assert sorted(file.name for file in folder.iterdir()) == sorted(FILES)
    assert all(file.stat().st_mode & 0o007 == 0 for file in folder.iterdir())
    said = capsys.readouterr().out
    found = re.search(r'^secret = "(.+)"$', said, re.MULTILINE)
    assert found is not None
    assert f"password = {found[1]}\n" in (folder / "ari.conf").read_text("utf-8")
    assert "[1001](agent)" in (folder / "pjsip.conf").read_text("utf-8")


def test_init_overwrites_nothing_and_takes_no_value_that_means_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["telephony", "asterisk", "init", str(tmp_path), "--trunk-host", "a;b"]) == 1
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "pjsip.conf").write_text("mine", "utf-8")
    assert run(["telephony", "asterisk", "init", str(tmp_path)]) == 1
    assert "has pjsip.conf already" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["pjsip.conf"]
