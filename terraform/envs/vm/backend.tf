# The state lies in a bucket that terraform/state-bucket.sh makes once:
#   terraform init -backend-config=bucket=NAME
terraform {
  backend "gcs" {
    prefix = "omnisql/vm"
  }
}
