"""What the reference CRM keeps."""

from pathlib import Path

import pytest

from screenpop.demo import world
from screenpop.demo.crm.markup import Markup, markup
from screenpop.demo.crm.records import Call, Note, Records


def test_customers_are_those_of_the_contact_centre() -> None:
    records = Records()
    for known in world.load().customers:
        one = records.customer(known.customer_id)
        assert one is not None
        assert (one.name, one.phone1) == (known.columns["name"], known.columns["phone1"])
    records.close()


def test_file_keeps_everything_and_is_filled_once(tmp_path: Path) -> None:
    first = Records(str(tmp_path / "crm.db"))
    first.add_note(1001, Note(5, "maya", "Wants blue."))
    first.add_customer("Ben", "5550100")
    first.close()
    second = Records(str(tmp_path / "crm.db"))
    assert second.notes(1001) == [Note(5, "maya", "Wants blue.")]
    assert second.customer_count() == 11
    second.close()


def test_call_opened_again_is_one_call_and_keeps_its_outcome() -> None:
    records = Records()
    call = Call("vce-7", 1001, "1", "inbound.call.dial", "maya", 5)
    records.add_call(call)
    records.finish_call("vce-7", "Sale", "Ordered two.")
    records.add_call(call)
    records.finish_call("vce-7", "Sale", "")
    (kept,) = records.calls(1001)
    assert (kept.disposition, kept.notes) == ("Sale", "Ordered two.")
    records.close()


@pytest.mark.parametrize("phone", ["+44 20 7946 0018", "442079460018", "02079460018"])
def test_country_code_and_separators_do_not_hide_a_customer(phone: str) -> None:
    records = Records()
    found = records.customer_by_phone(phone)
    assert found is not None
    assert found.name == "Zoë Müller"
    records.close()


@pytest.mark.parametrize("phone", ["", "xxxxxx0993", "0018", "anonymous"])
def test_part_of_a_number_finds_nobody(phone: str) -> None:
    records = Records()
    assert records.customer_by_phone(phone) is None
    records.close()


def test_only_the_last_two_thousand_requests_are_kept() -> None:
    records = Records()
    for number in range(2003):
        records.receive(number, b"/call?%d" % number, "")
    received = records.received()
    assert [received[0].target, received[-1].target] == [b"/call?3", b"/call?2002"]
    assert len(received) == 2000
    records.close()


def test_only_markup_stays_as_it_is() -> None:
    filled = markup('<a b="{x}">{y}{z}</a>', x="\"'<&", y=Markup("<i>"), z=None)
    assert filled == '<a b="&quot;&#x27;&lt;&amp;"><i></a>'
    assert isinstance(filled, Markup)
