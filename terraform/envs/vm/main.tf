# Three machines in three zones, without Kubernetes. five-regions.tfvars makes five in five regions of it.

provider "google" {
  project = var.project_id
}

resource "google_project_service" "this" {
  for_each = toset([
    "compute.googleapis.com",
    "iam.googleapis.com",
    "iap.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
  ])
  project            = var.project_id
  service            = each.value
  disable_on_destroy = false
}

module "cluster" {
  source = "../../modules/vm-cluster"

  project_id          = var.project_id
  name                = var.name
  zones               = var.zones
  machine_type        = var.machine_type
  data_disk_gb        = var.data_disk_gb
  package_bucket      = var.package_bucket
  password_secret     = var.password_secret
  sql_client_ranges   = var.sql_client_ranges
  initial_leader      = var.initial_leader
  quorums             = var.quorums
  deletion_protection = var.deletion_protection
  labels              = { app = "omnisql", environment = "vm" }

  depends_on = [google_project_service.this]
}
