"""Which addresses are on the public internet. Pure."""

from __future__ import annotations

import ipaddress
from typing import Final

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

# In addition to what `ipaddress` says: Python 3.11 calls several of these global.
# https://www.iana.org/assignments/iana-ipv4-special-registry (and …-ipv6-…)
_DENIED: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # a public address under which Azure serves machine secrets
        "64:ff9b::/96", "64:ff9b:1::/48",  # NAT64: an IPv4 address in disguise
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
_GLOBAL_IPV6: Final = ipaddress.ip_network("2000::/3")


def is_public(address: IPAddress) -> bool:
    """Is it a unicast address of the public internet and nothing else?"""
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_IPV6:
        return False
    if address.is_multicast or address.is_reserved or address.is_private or address.is_unspecified:
        return False
    return address.is_global and not any(
        address in network for network in _DENIED if network.version == address.version
    )
