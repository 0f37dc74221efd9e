#!/usr/bin/env python3
"""A wide-area network between network namespaces: every packet arrives half a round trip after it left.

Usage: wan.py REGIONS.csv NAMESPACE-PREFIX REGION...    (root; region I is namespace PREFIX-I, address 10.98.0.I)

A TUN device in every namespace hands the packets to this process, which keeps each for its time. So TCP itself sees the delay: handshakes,
windows and acknowledgements take as long as between regions. The kernel's own way, the queueing discipline netem, is a module that not
every kernel has. Prints "ready" when the network is up.
"""

import csv
import ctypes
import fcntl
import heapq
import itertools
import os
import selectors
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001
CLONE_NEWNET = 0x40000000
# A bound for what is under way; beyond it packets are lost, as on a real line.
PACKETS_MAX = 100_000


def enter(namespace):
    with open(namespace) as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {namespace}")


def open_device(name, address):
    """A TUN device in that namespace; its file stays usable after we have left."""
    enter(f"/run/netns/{name}")
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", b"wan", IFF_TUN_NO_PI))
    for command in (
        ["ip", "link", "set", "lo", "up"],
        ["ip", "addr", "add", f"{address}/24", "dev", "wan"],
        ["ip", "link", "set", "wan", "mtu", "1500", "txqueuelen", "10000", "up"],
    ):
        subprocess.run(command, check=True)
    return device


def delays(file, regions):
    """Seconds one way, by the places of two regions."""
    known = {}
    with open(file, newline="") as text:
        for row in csv.DictReader(text):
            for pair in itertools.permutations((row["from"], row["to"])):
                known[pair] = float(row["round_trip_ms"]) / 2000
    pairs = itertools.permutations(range(len(regions)), 2)
    return {(a, b): known[regions[a], regions[b]] for a, b in pairs}


def carry(devices, delay):
    selector = selectors.DefaultSelector()
    for place, device in enumerate(devices):
        selector.register(device, selectors.EVENT_READ, place)
    under_way, order = [], itertools.count()
    while True:
        wait = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
        for key, _ in selector.select(wait):
            while packet := read(key.fd):
                # Version 4 only; the last byte of the destination is the region's number.
                target = packet[19] - 1
                if packet[0] >> 4 == 4 and (key.data, target) in delay and len(under_way) < PACKETS_MAX:
                    due = time.monotonic() + delay[key.data, target]
                    heapq.heappush(under_way, (due, next(order), devices[target], packet))
        now = time.monotonic()
        while under_way and under_way[0][0] <= now:
            _, _, device, packet = heapq.heappop(under_way)
            try:
                os.write(device, packet)
            except BlockingIOError:
                pass  # The receiver's queue is full: lost.


def read(device):
    try:
        return os.read(device, 65536)
    except BlockingIOError:
        return None


def main():
    file, prefix, *regions = sys.argv[1:]
    delay = delays(file, regions)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    devices = []
    for number in range(1, len(regions) + 1):
        devices.append(open_device(f"{prefix}-{number}", f"10.98.0.{number}"))
    ctypes.CDLL(None).setns(home, CLONE_NEWNET)
    print("ready", flush=True)
    carry(devices, delay)


main()
