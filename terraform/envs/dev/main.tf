# The cheapest cluster that still has three machines: one zone, spot, small disks. It is for trying out and may be destroyed at any time.

provider "google" {
  project = var.project_id
  region  = var.region
}

locals {
  zone   = "${var.region}-${var.zone}"
  labels = { app = "omnisql", environment = "dev" }
  services = [
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "storage.googleapis.com",
  ]
}

resource "google_project_service" "this" {
  for_each           = toset(local.services)
  project            = var.project_id
  service            = each.value
  disable_on_destroy = false
}

module "network" {
  source = "../../modules/network"

  project_id         = var.project_id
  name               = var.name
  region             = var.region
  flow_logs_sampling = 0

  depends_on = [google_project_service.this]
}

module "gke" {
  source = "../../modules/gke"

  project_id          = var.project_id
  name                = var.name
  location            = local.zone
  zones               = [local.zone]
  network_id          = module.network.network_id
  subnet_id           = module.network.subnet_id
  pods_range_name     = module.network.pods_range_name
  services_range_name = module.network.services_range_name
  authorized_networks = var.authorized_networks
  machine_type        = "e2-standard-2"
  disk_gb             = 30
  disk_type           = "pd-standard"
  nodes_per_zone      = { min = 3, max = 4 }
  spot                = var.spot
  secrets_encryption  = false
  deletion_protection = false
  labels              = local.labels

  depends_on = [google_project_service.this]
}

module "registry" {
  source = "../../modules/registry"

  project_id     = var.project_id
  name           = var.name
  location       = var.region
  immutable_tags = false
  keep_versions  = 3
  readers        = { nodes = "serviceAccount:${module.gke.nodes_service_account}" }
  writers        = var.writers
  labels         = local.labels

  depends_on = [google_project_service.this]
}

module "backup_bucket" {
  source = "../../modules/backup-bucket"

  project_id         = var.project_id
  name               = "${var.project_id}-${var.name}-backup"
  location           = var.region
  account_id         = "${var.name}-bak"
  workload_pool      = module.gke.workload_pool
  keep_replaced_days = 7
  force_destroy      = true
  labels             = local.labels

  depends_on = [google_project_service.this]
}
