"""Which addresses the server may connect to on an administrator's behalf (contract 4.1)."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Literal

__all__ = ["Reach", "is_loopback_host", "reach_of"]

Reach = Literal["public", "private", "loopback", "never"]
"""How far an address reaches. ``never``: link-local, metadata, multicast, unspecified, reserved."""

# Metadata services that do not live on link-local addresses (those are refused as such).
_METADATA: Final = frozenset(
    map(
        ip_address,
        ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"),
    )
)
_CARRIER_NAT: Final = ip_network("100.64.0.0/10")
# IPv6 ranges whose last or first bits are an IPv4 address that the packet may end up at.
_NAT64: Final = IPv6Network("64:ff9b::/96")
_COMPATIBLE: Final = IPv6Network("::/96")
_SITE_LOCAL: Final = IPv6Network("fec0::/10")


def reach_of(address: str) -> Reach:
    """Judge one numeric address; an IPv4 address inside an IPv6 one is judged as itself.

    Raises:
        ValueError: ``address`` is not a numeric address.
    """
    judged = _unwrap(ip_address(address))
    if (
        judged in _METADATA
        or judged.is_link_local
        or judged.is_multicast
        or judged.is_unspecified
        or (isinstance(judged, IPv6Address) and judged.teredo is not None)
    ):
        return "never"
    if judged.is_loopback:
        return "loopback"
    if judged.is_reserved:
        return "never"
    if judged.is_private or judged in _CARRIER_NAT or judged in _SITE_LOCAL:
        # All of 0.0.0.0/8 reaches this very machine on some systems.
        return "never" if str(judged).startswith("0.") else "private"
    return "public"


def is_loopback_host(host: str) -> bool:
    """Tell whether a URL's host *says* that it is this machine, as http needs it (contract 4.1)."""
    name = host.rstrip(".").casefold()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _unwrap(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is not None:
        return inner
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
