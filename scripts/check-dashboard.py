#!/usr/bin/env python3
"""Every query of a Grafana dashboard must find something in a Prometheus that reads a running cluster; no alert may fire in it.

Usage: check-dashboard.py PROMETHEUS-URL DASHBOARD.json ALERTS.yml
"""

import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

SECONDS = 90


def ask(server, query):
    with urllib.request.urlopen(f"{server}/api/v1/query?{urllib.parse.urlencode({'query': query})}", timeout=10) as answer:
        return json.load(answer)["data"]["result"]


def await_metrics(server):
    """Two reads of all three nodes, or rates are empty."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if len(ask(server, "rate(omnisql_writes_total[1m]) >= 0 and on (instance) up == 1")) >= 3:
                return
        except urllib.error.URLError:
            pass
        time.sleep(1)
    sys.exit("check-dashboard.py: Prometheus did not read three nodes")


def main():
    server, dashboard, alerts = sys.argv[1:]
    await_metrics(server)
    panels = json.loads(Path(dashboard).read_text())["panels"]
    queries = [(panel["title"], target["expr"]) for panel in panels for target in panel["targets"]]
    empty = [f"{title}: {query}" for title, query in queries if not ask(server, query)]
    firing = [expr for expr in re.findall(r"^\s+expr: (.*)$", Path(alerts).read_text(), re.M) if ask(server, expr)]
    for line in empty:
        print(f"finds nothing: {line}")
    for line in firing:
        print(f"fires in a healthy cluster: {line}")
    print(f"{len(queries)} queries of {len(panels)} panels tried")
    sys.exit(1 if empty or firing else 0)


main()
