#!/usr/bin/env python3
"""The table of upserts.sh. Ratios are of one round each, for a machine's speed changes in the course of minutes."""

import statistics
import sys
from collections import defaultdict
from pathlib import Path


def percentile(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] / 1000


def main():
    work, rival = Path(sys.argv[1]), sys.argv[2]
    rates = defaultdict(dict)
    for line in (work / "rounds").read_text().splitlines():
        name, connections, number, rate = line.split("|")
        rates[name, int(connections)][number] = float(rate)
    systems = list(dict.fromkeys(name for name, _ in rates))
    print("| system | connections | upserts/s | p50 ms | p99 ms | of the primary with standbys: median (each round) |")
    print("|---|--:|--:|--:|--:|--:|")
    for (name, connections), of_rounds in sorted(rates.items(), key=lambda each: (systems.index(each[0][0]), each[0][1])):
        times = sorted(int(time) for time in (work / f"times-{name}-{connections}").read_text().split())
        others = rates.get((rival, connections), {})
        ratios = [rate / others[number] for number, rate in of_rounds.items() if name.startswith("OmniSQL") and number in others]
        told = f"{statistics.median(ratios):.2f} ({', '.join(f'{ratio:.2f}' for ratio in ratios)})" if ratios else ""
        rate = statistics.median(of_rounds.values())
        print(f"| {name} | {connections} | {rate:.0f} | {percentile(times, 0.5):.1f} | {percentile(times, 0.99):.1f} | {told} |")


main()
