# Three zones, nothing spot, nothing that one command can destroy.

provider "google" {
  project = var.project_id
  region  = var.region
}

locals {
  labels = { app = "omnisql", environment = "prod" }
  services = [
    "artifactregistry.googleapis.com",
    "binaryauthorization.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudkms.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "containerscanning.googleapis.com",
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
  flow_logs_sampling = 0.1

  depends_on = [google_project_service.this]
}

module "gke" {
  source = "../../modules/gke"

  project_id             = var.project_id
  name                   = var.name
  location               = var.region
  zones                  = [for zone in var.zones : "${var.region}-${zone}"]
  network_id             = module.network.network_id
  subnet_id              = module.network.subnet_id
  pods_range_name        = module.network.pods_range_name
  services_range_name    = module.network.services_range_name
  authorized_networks    = var.authorized_networks
  release_channel        = "REGULAR"
  maintenance_exclusions = var.maintenance_exclusions
  machine_type           = var.machine_type
  disk_gb                = 50
  nodes_per_zone         = var.nodes_per_zone
  binary_authorization   = var.binary_authorization
  deletion_protection    = true
  labels                 = local.labels

  depends_on = [google_project_service.this]
}

module "registry" {
  source = "../../modules/registry"

  project_id     = var.project_id
  name           = var.name
  location       = var.region
  immutable_tags = true
  readers        = { nodes = "serviceAccount:${module.gke.nodes_service_account}" }
  writers        = var.writers
  labels         = local.labels

  depends_on = [google_project_service.this]
}

module "backup_bucket" {
  source = "../../modules/backup-bucket"

  project_id         = var.project_id
  name               = "${var.project_id}-${var.name}-backup"
  location           = var.backup_location
  account_id         = "${var.name}-backup"
  workload_pool      = module.gke.workload_pool
  keep_replaced_days = 30
  access_log_bucket  = var.access_log_bucket
  labels             = local.labels

  depends_on = [google_project_service.this]
}
