#!/usr/bin/env python3
"""Checks Kubernetes objects on standard input: known kinds by the schemas of Kubernetes, OmniSqlCluster by our own definition.

Unknown fields are errors, as for `kubectl apply --validate=strict`. A kind without a schema here is an error unless it is named below.
"""

import sys
from pathlib import Path

import jsonschema
import kubernetes_validate
import yaml

KUBERNETES = "1.33"
# Google's own definitions are published nowhere that a package registry reaches.
WITHOUT_SCHEMA = {("monitoring.googleapis.com/v1", "PodMonitoring")}

ROOT = Path(__file__).resolve().parents[2]


def strict(schema):
    """No unknown fields, as the API server's strict validation has it."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for value in schema.values():
            strict(value)
    elif isinstance(schema, list):
        for value in schema:
            strict(value)
    return schema


def our_definition():
    definition = yaml.safe_load((ROOT / "crds" / "omnisqlclusters.omnisql.io.yaml").read_text())
    version = definition["spec"]["versions"][0]
    schema = version["schema"]["openAPIV3Schema"]
    schema["properties"] |= {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
    return f'{definition["spec"]["group"]}/{version["name"]}', strict(schema)


def problems(item, api, schema):
    try:
        if item["apiVersion"] == api:
            jsonschema.validate(item, schema)
        elif (item["apiVersion"], item["kind"]) not in WITHOUT_SCHEMA:
            kubernetes_validate.validate(item, KUBERNETES, strict=True)
    except (jsonschema.ValidationError, kubernetes_validate.ValidationError) as error:
        yield f'{item["kind"]}/{item["metadata"]["name"]}: {error.message}'
    except kubernetes_validate.SchemaNotFoundError as error:
        yield f'{item["kind"]}/{item["metadata"]["name"]}: no schema: {error}'


def main():
    api, schema = our_definition()
    items = [item for item in yaml.safe_load_all(sys.stdin) if item]
    found = [problem for item in items for problem in problems(item, api, schema)]
    print("\n".join(found) if found else f"{len(items)} objects are valid")
    sys.exit(1 if found or not items else 0)


main()
