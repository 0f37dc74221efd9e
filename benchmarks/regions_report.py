#!/usr/bin/env python3
"""Turns the summaries of regions.sh into regions.csv, table.md and two plots. Usage: regions_report.py FOLDER"""

import csv
import json
import sys
from pathlib import Path
from xml.sax.saxutils import escape

REGIONS = ["us-west2", "us-south1", "us-east4", "europe-southwest1", "europe-west4"]
COLOURS = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"]
FIELDS = ["prepare_quorum", "accept_quorum", "read_level", "region", "kind", "done", "failed", "unknown", "p50_ms", "p90_ms", "p99_ms", "mean_ms"]


def rows(folder):
    for file in sorted(folder.glob("quorum-*/*/*/summary.json")):
        quorum, level, region = file.parts[-4:-1]
        prepare, accept = quorum.removeprefix("quorum-").split("-")
        for kind, group in json.loads(file.read_text())["byKind"].items():
            latency = group["latencyMicros"]
            yield {
                "prepare_quorum": int(prepare),
                "accept_quorum": int(accept),
                "read_level": level,
                "region": region,
                "kind": kind,
                "done": group["ok"],
                "failed": group["failed"],
                "unknown": group["unknown"],
                **{f"{name}_ms": round(latency[name] / 1000, 1) for name in ("p50", "p90", "p99", "mean")},
            }


def series(found):
    """name → region → row: writes of both quorums (at read level local, where reads disturb least), then reads by level."""
    result = {}
    for row in found:
        quorum = f'{row["prepare_quorum"]}, {row["accept_quorum"]}'
        if row["kind"] == "write" and row["read_level"] != "local":
            continue
        name = f"write, quorums {quorum}" if row["kind"] == "write" else f'read {row["read_level"]}, quorums {quorum}'
        result.setdefault(name, {})[row["region"]] = row
    return dict(sorted(result.items(), key=lambda item: (not item[0].startswith("write"), item[0])))


def table(lines):
    text = ["| p50 (p99), ms | " + " | ".join(REGIONS) + " |", "|---|" + "--:|" * len(REGIONS)]
    for name, by_region in lines.items():
        cells = [f'{by_region[r]["p50_ms"]:.0f} ({by_region[r]["p99_ms"]:.0f})' if r in by_region else "" for r in REGIONS]
        text.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(text) + "\n"


def plot(title, lines):
    """Grouped bars of the medians, as SVG."""
    width, height, left, bottom, top = 900, 400, 55, 60, 86
    highest = max(row["p50_ms"] for by_region in lines.values() for row in by_region.values()) or 1
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**6) if highest / s <= 8)
    scale = (height - top - bottom) / highest
    group = (width - left - 20) / len(REGIONS)
    bar = group * 0.8 / len(lines)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{left}" y="20" font-size="15">{escape(title)}</text>',
    ]
    for value in range(0, int(highest) + 1, step):
        y = height - bottom - value * scale
        out.append(f'<line x1="{left}" x2="{width - 20}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{value}</text>')
    for place, (name, by_region) in enumerate(lines.items()):
        x = left + (place % 3) * 270
        y = 34 + place // 3 * 16
        out.append(f'<rect x="{x}" y="{y}" width="11" height="11" fill="{COLOURS[place]}"/><text x="{x + 16}" y="{y + 10}">{escape(name)}</text>')
        for index, region in enumerate(REGIONS):
            if region in by_region:
                value = by_region[region]["p50_ms"]
                x = left + index * group + group * 0.1 + place * bar
                y = height - bottom - value * scale
                out.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{bar - 2:.1f}" height="{value * scale:.1f}" fill="{COLOURS[place]}"/>')
                out.append(f'<text x="{x + bar / 2 - 1:.1f}" y="{y - 3:.1f}" text-anchor="middle" font-size="9">{value:.0f}</text>')
    for index, region in enumerate(REGIONS):
        out.append(f'<text x="{left + (index + 0.5) * group:.1f}" y="{height - bottom + 18}" text-anchor="middle">{region}</text>')
    out.append(f'<text x="{left}" y="{height - 12}">median latency in ms, by the region of the client</text></svg>')
    return "\n".join(out) + "\n"


def main():
    folder = Path(sys.argv[1])
    found = list(rows(folder))
    if not found:
        sys.exit(f"regions_report.py: no summary.json in {folder}")
    with open(folder / "regions.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    lines = series(found)
    (folder / "table.md").write_text(table(lines))
    for kind, title in (("write", "Writes"), ("read", "Reads")):
        chosen = {name: by_region for name, by_region in lines.items() if name.startswith(kind)}
        if chosen:
            (folder / f"{kind}s.svg").write_text(plot(f"{title} in five regions, leader in {REGIONS[-1]} (quorums: prepare, accept)", chosen))


main()
