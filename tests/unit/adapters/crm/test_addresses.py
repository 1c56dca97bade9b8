"""Which addresses are asked (contract 4.1)."""

import pytest

from screenpop.adapters.crm.addresses import Reach, is_loopback_host, reach_of


@pytest.mark.parametrize(
    ("reach", "addresses"),
    [
        ("public", "8.8.8.8 172.32.0.1 2606:4700::1111 64:ff9b::808:808"),
        ("private", "10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 fd12::1 fec0::1 ::ffff:10.0.0.1"),
        ("loopback", "127.0.0.1 127.9.9.9 ::1 ::ffff:127.0.0.1 ::127.0.0.1"),
        ("never", "169.254.169.254 169.254.0.1 fe80::1 fe80::1%eth0 ::ffff:169.254.169.254"),
        ("never", "64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1 fd00:ec2::254 100.100.100.200"),
        ("never", "168.63.129.16 192.0.0.192 0.0.0.0 0.1.2.3 :: 224.0.0.1 ff02::1"),
        ("never", "255.255.255.255 240.0.0.1 2001:0:a9fe:a9fe::1"),
    ],
)
def test_address_is_judged_by_where_it_leads(reach: Reach, addresses: str) -> None:
    assert {address: reach_of(address) for address in addresses.split()} == dict.fromkeys(
        addresses.split(), reach
    )


def test_name_is_no_address() -> None:
    with pytest.raises(ValueError, match="localhost"):
        reach_of("localhost")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.2", "[::1]"])
def test_host_that_says_this_machine(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize("host", ["localhost.example", "xlocalhost", "10.0.0.1", "128.0.0.1", ""])
def test_host_that_does_not_say_this_machine(host: str) -> None:
    assert not is_loopback_host(host)
