#!/usr/bin/env bash
# Makes the bucket for Terraform's state, once for a project. It comes before Terraform, hence gcloud.
# Usage: terraform/state-bucket.sh PROJECT LOCATION     (for example my-project europe-west4)
set -euo pipefail

if [ $# -ne 2 ]; then
  echo "Usage: terraform/state-bucket.sh PROJECT LOCATION" >&2
  exit 2
fi
project=$1
location=$2
bucket=$project-terraform-state

if gcloud storage buckets describe "gs://$bucket" --project="$project" >/dev/null 2>&1; then
  echo "gs://$bucket is there already."
else
  gcloud storage buckets create "gs://$bucket" --project="$project" --location="$location" \
    --uniform-bucket-level-access --public-access-prevention --soft-delete-duration=30d
fi
# A state that was overwritten by mistake can be had back.
gcloud storage buckets update "gs://$bucket" --versioning

cat <<TEXT
Next:
  cd terraform/envs/dev        # or prod, or vm
  terraform init -backend-config=bucket=$bucket
  terraform apply -var project_id=$project
TEXT
