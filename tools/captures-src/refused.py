#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a capture of frames that the receive path must drop or set aside, one after another, with a good call first
and last. docs/captures.md lists them.

import struct
import sys

from scapy.layers.inet import IP, TCP, UDP, IPOption_NOP
from scapy.layers.l2 import ARP, Dot1Q, Ether
from scapy.packet import Raw
from scapy.utils import RawPcapWriter

CLIENT, SERVER = "02:4c:48:00:00:01", "02:4c:48:00:00:02"


def call(xid, rpc_version=2, message_type=0, credential=b"", credential_length=None, verifier_length=0, arguments=b"\0\0\0\x13\0\0\0\x17"):
    return (
        struct.pack(">6I", xid, message_type, rpc_version, 0x20004C48, 1, 1)
        + struct.pack(">2I", 1 if credential else 0, len(credential) if credential_length is None else credential_length)
        + credential
        + struct.pack(">2I", 0, verifier_length)
        + arguments
    )


def frame(payload, ethernet=None, ip=None, udp=None):
    """A frame with right lengths and checksums but where it is told otherwise."""
    return bytes(
        Ether(**{"src": CLIENT, "dst": SERVER, **(ethernet or {})})
        / IP(**{"src": "10.77.0.1", "dst": "10.77.0.2", "id": 1, **(ip or {})})
        / UDP(**{"sport": 700, "dport": 2049, **(udp or {})})
        / Raw(payload)
    )


good = frame(call(0x100))
frames = [
    good,
    good[:10],  # Runt
    good.ljust(9619, b"\0"),  # Oversize
    frame(call(0x101), ethernet={"dst": "02:4c:48:00:00:09"}),  # OtherDestinationMac
    good[:30],  # Ipv4Truncated
    frame(call(0x102), ip={"version": 5}),  # Ipv4BadVersion
    frame(call(0x103), ip={"ihl": 4}),  # Ipv4BadHeaderLength
    frame(call(0x104), ip={"len": 19}),  # Ipv4BadTotalLength
    frame(call(0x105), ip={"len": 200}),  # Ipv4BadTotalLength
    good[:80],  # Ipv4BadTotalLength
    frame(call(0x106), ip={"chksum": 0x1234}),  # Ipv4BadChecksum
    bytes(Ether(src=CLIENT, dst=SERVER) / IP(src="10.77.0.1", dst="10.77.0.2", id=1, proto=17) / Raw(b"short")),  # UdpTruncated
    frame(call(0x107), udp={"len": 7}),  # UdpBadLength
    frame(call(0x108), udp={"len": 70}),  # UdpBadLength
    frame(call(0x109), udp={"chksum": 0x1234}),  # UdpBadChecksum
    frame(call(0x10A), ip={"options": [IPOption_NOP()] * 4}),  # Ipv4Options
    frame(call(0x10B), ip={"dst": "10.77.0.3"}),  # Ipv4OtherDestination
    frame(call(0x10C), ip={"flags": "MF"}),  # Ipv4Fragment
    frame(call(0x10D), ip={"frag": 185}),  # Ipv4Fragment
    frame(b"1234567"),  # UdpOther
    frame(call(0x10E, message_type=2)),  # UdpOther
    frame(call(0x10F, message_type=1)),  # RpcReply
    frame(call(0x110)[:11]),  # RpcMalformed
    frame(call(0x111, rpc_version=3)),  # RpcVersionMismatch
    frame(call(0x112)[:36]),  # RpcMalformed
    frame(call(0x113, credential=bytes(404))),  # RpcMalformed
    frame(call(0x114, credential_length=0xFFFFFFFD)),  # RpcMalformed
    frame(call(0x115, verifier_length=12)),  # RpcMalformed
    bytes(Ether(src=CLIENT, dst="ff:ff:ff:ff:ff:ff") / ARP(psrc="10.77.0.1", pdst="10.77.0.2", hwsrc=CLIENT)),  # OtherEtherType
    bytes(Ether(src=CLIENT, dst=SERVER) / Dot1Q(vlan=7) / Ether(good).payload),  # OtherEtherType
    bytes(Ether(src=CLIENT, dst=SERVER) / IP(src="10.77.0.1", dst="10.77.0.2", id=1) / TCP(sport=700, dport=111)),  # Ipv4OtherProtocol
    frame(call(0x116), udp={"chksum": 0}),  # a good call without a checksum
    frame(call(0x117, credential=b"\0" * 400)),  # a good call with the longest credential
]

# Fixed times: the same frames give the same file.
writer = RawPcapWriter(sys.argv[1], linktype=1)
writer.write_header(None)
for number, content in enumerate(frames):
    writer.write_packet(content, sec=1_700_000_000, usec=1000 * number)
writer.close()
