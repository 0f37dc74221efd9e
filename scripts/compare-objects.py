#!/usr/bin/env python3
"""The objects of a Helm chart must be those of the one-file installation: same kinds and names, and the same fields, whatever their order.

Usage: compare-objects.py INSTALL.yaml RENDERED.yaml

Left out on both sides: comments, labels that Helm adds, and the annotation that keeps the definition when a release goes. The namespace is made by
`helm install --create-namespace`, so the chart has none.
"""

import json
import sys
from pathlib import Path

import yaml

HELMS_LABELS = ("app.kubernetes.io/instance", "app.kubernetes.io/managed-by", "app.kubernetes.io/version", "helm.sh/chart")
SOFTWARE = "app.kubernetes.io/name"
WITHOUT_NAMESPACE_OBJECT = {("Namespace", "", "omnisql-system")}


def without_helms_labels(labels, labelled):
    """Helm's labels go; the software's name stays where the installation has labels, too."""
    kept = {key: value for key, value in labels.items() if key not in HELMS_LABELS}
    return kept if labelled else {key: value for key, value in kept.items() if key != SOFTWARE}


def normal(thing, path=()):
    """Labels of Helm away at metadata and selectors; empty maps too."""
    if isinstance(thing, list):
        return [normal(item, path) for item in thing]
    if not isinstance(thing, dict):
        return thing
    found = {}
    for key, value in thing.items():
        inside = path + (key,)
        if key in ("labels", "matchLabels") and isinstance(value, dict):
            workload = inside != ("metadata", "labels")
            value = without_helms_labels(value, workload)
        elif inside == ("metadata", "annotations"):
            value = {name: text for name, text in value.items() if name != "helm.sh/resource-policy"}
        else:
            value = normal(value, inside)
        if inside[0] != "metadata" or value != {}:
            found[key] = value
    return found


def objects(file):
    found = {}
    for document in yaml.safe_load_all(Path(file).read_text()):
        if document:
            metadata = document["metadata"]
            key = (document["kind"], metadata.get("namespace", ""), metadata["name"])
            if key in found:
                sys.exit(f"{file}: {key} is there twice")
            found[key] = normal(document)
    return found


def main():
    install, rendered = (objects(file) for file in sys.argv[1:])
    wrong = False
    for key in sorted((install.keys() | rendered.keys()) - WITHOUT_NAMESPACE_OBJECT):
        ours, theirs = install.get(key), rendered.get(key)
        if ours != theirs:
            wrong = True
            print(f"differs: {key}\n  install.yaml: {json.dumps(ours, sort_keys=True)[:2000]}\n  chart:        {json.dumps(theirs, sort_keys=True)[:2000]}")
    if not WITHOUT_NAMESPACE_OBJECT <= install.keys() or WITHOUT_NAMESPACE_OBJECT & rendered.keys():
        wrong = True
        print("the namespace must be in the installation and not in the chart")
    print(f"{len(rendered)} objects compared")
    sys.exit(1 if wrong else 0)


main()
