# A cluster on plain machines: no public addresses, ssh by IAP, the peers' ports for the nodes only.

locals {
  regions = distinct([for zone in var.zones : join("-", slice(split("-", zone), 0, 2))])
  nodes = {
    for index, zone in var.zones : tostring(index + 1) => {
      zone   = zone
      region = join("-", slice(split("-", zone), 0, 2))
    }
  }
  addresses = { for id, address in google_compute_address.node : id => address.address }
  peer_port = 17000
  sql_port  = 5432
  http_port = 8080
}

resource "google_compute_network" "this" {
  project                 = var.project_id
  name                    = var.name
  auto_create_subnetworks = false
  # Several regions may be in it.
  routing_mode = "GLOBAL"
}

resource "google_compute_subnetwork" "region" {
  for_each = toset(local.regions)

  project                  = var.project_id
  name                     = "${var.name}-${each.value}"
  network                  = google_compute_network.this.id
  region                   = each.value
  ip_cidr_range            = cidrsubnet("10.40.0.0/16", 8, index(local.regions, each.value))
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.05
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_firewall" "deny_ingress" {
  project       = var.project_id
  name          = "${var.name}-deny-ingress"
  description   = "What no other rule allows is refused and logged."
  network       = google_compute_network.this.id
  direction     = "INGRESS"
  priority      = 65534
  source_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_firewall" "nodes" {
  project                 = var.project_id
  name                    = "${var.name}-nodes"
  description             = "The nodes among themselves: peers, and clients that run beside a node."
  network                 = google_compute_network.this.id
  direction               = "INGRESS"
  source_service_accounts = [google_service_account.node.email]
  target_service_accounts = [google_service_account.node.email]

  allow {
    protocol = "tcp"
    ports    = [local.peer_port, local.sql_port, local.http_port]
  }
}

resource "google_compute_firewall" "clients" {
  count = length(var.sql_client_ranges) > 0 ? 1 : 0

  project                 = var.project_id
  name                    = "${var.name}-clients"
  description             = "SQL clients."
  network                 = google_compute_network.this.id
  direction               = "INGRESS"
  source_ranges           = var.sql_client_ranges
  target_service_accounts = [google_service_account.node.email]

  allow {
    protocol = "tcp"
    ports    = [local.sql_port]
  }
}

resource "google_compute_firewall" "iap" {
  project                 = var.project_id
  name                    = "${var.name}-iap"
  description             = "ssh through Identity-Aware Proxy: IAM decides who."
  network                 = google_compute_network.this.id
  direction               = "INGRESS"
  source_ranges           = ["35.235.240.0/20"]
  target_service_accounts = [google_service_account.node.email]

  allow {
    protocol = "tcp"
    ports    = [22]
  }
}

# ---- identity: logs, metrics, the package and the password, nothing else

resource "google_service_account" "node" {
  project      = var.project_id
  account_id   = "${var.name}-vm"
  display_name = "OmniSQL machines of ${var.name}"
}

resource "google_project_iam_member" "node" {
  for_each = toset(["roles/logging.logWriter", "roles/monitoring.metricWriter"])

  project = var.project_id
  role    = each.value
  member  = google_service_account.node.member
}

resource "google_storage_bucket_iam_member" "package" {
  bucket = var.package_bucket
  role   = "roles/storage.objectViewer"
  member = google_service_account.node.member
}

resource "google_secret_manager_secret_iam_member" "password" {
  project   = var.project_id
  secret_id = var.password_secret
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.node.member
}

# ---- machines

resource "google_compute_address" "node" {
  for_each = local.nodes

  project      = var.project_id
  name         = "${var.name}-${each.key}"
  region       = each.value.region
  subnetwork   = google_compute_subnetwork.region[each.value.region].id
  address_type = "INTERNAL"
}

resource "google_compute_disk" "data" {
  # checkov:skip=CKV_GCP_37:Encrypted by Google's keys; a key handed over by hand would have to be there at every start of the machine.
  for_each = local.nodes

  project = var.project_id
  name    = "${var.name}-${each.key}-data"
  zone    = each.value.zone
  type    = "pd-ssd"
  size    = var.data_disk_gb
  labels  = var.labels

  lifecycle {
    # A node that lost its folder must not come back under its number.
    prevent_destroy = true
  }
}

resource "google_compute_instance" "node" {
  # checkov:skip=CKV_GCP_38:The same for the boot disk, which holds nothing of the database.
  for_each = local.nodes

  project                   = var.project_id
  name                      = "${var.name}-${each.key}"
  zone                      = each.value.zone
  machine_type              = var.machine_type
  labels                    = var.labels
  deletion_protection       = var.deletion_protection
  allow_stopping_for_update = true

  boot_disk {
    initialize_params {
      image = var.boot_image
      size  = 20
      type  = "pd-balanced"
    }
  }

  attached_disk {
    source      = google_compute_disk.data[each.key].id
    device_name = "omnisql-data"
  }

  network_interface {
    subnetwork = google_compute_subnetwork.region[each.value.region].id
    network_ip = google_compute_address.node[each.key].address
  }

  shielded_instance_config {
    enable_secure_boot          = true
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }

  service_account {
    email  = google_service_account.node.email
    scopes = ["cloud-platform"]
  }

  metadata = {
    enable-oslogin         = "TRUE"
    block-project-ssh-keys = "TRUE"
    startup-script         = file("${path.module}/../../../gcp/vm/startup.sh")
    omnisql-package        = "gs://${var.package_bucket}/${var.package_object}"
    omnisql-secret         = "projects/${var.project_id}/secrets/${var.password_secret}/versions/latest"
    omnisql-node           = each.key
    omnisql-location       = each.value.zone
    omnisql-cluster        = "${var.project_id}-${var.name}"
    omnisql-members        = join(",", [for id in sort(keys(local.nodes)) : "${id}=${local.addresses[id]}:${local.peer_port}"])
    omnisql-initial-leader = var.initial_leader == null ? "" : tostring(var.initial_leader)
    omnisql-quorums        = var.quorums == null ? "" : "${var.quorums.prepare},${var.quorums.accept}"
  }

  scheduling {
    automatic_restart   = true
    on_host_maintenance = "MIGRATE"
  }

  depends_on = [google_storage_bucket_iam_member.package, google_secret_manager_secret_iam_member.password]
}
