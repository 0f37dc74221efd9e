# A private cluster: machines without public addresses, identities without keys, secrets encrypted by a key of ours.

data "google_project" "this" {
  project_id = var.project_id
}

# ---- identity of the machines: what a kubelet needs and nothing else

resource "google_service_account" "nodes" {
  project      = var.project_id
  account_id   = "${var.name}-nodes"
  display_name = "Machines of the GKE cluster ${var.name}"
}

resource "google_project_iam_member" "nodes" {
  project = var.project_id
  # Logs, metrics and their metadata.
  role   = "roles/container.defaultNodeServiceAccount"
  member = google_service_account.nodes.member
}

# ---- key for the Secrets in the control plane's database

resource "google_kms_key_ring" "this" {
  count = var.secrets_encryption ? 1 : 0

  project  = var.project_id
  name     = "${var.name}-gke"
  location = local.region
}

resource "google_kms_crypto_key" "secrets" {
  count = var.secrets_encryption ? 1 : 0

  name            = "secrets"
  key_ring        = google_kms_key_ring.this[0].id
  purpose         = "ENCRYPT_DECRYPT"
  rotation_period = "7776000s" # 90 days

  lifecycle {
    # Without the key, the Secrets are gone for ever.
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key_iam_member" "gke" {
  count = var.secrets_encryption ? 1 : 0

  crypto_key_id = google_kms_crypto_key.secrets[0].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.this.number}@container-engine-robot.iam.gserviceaccount.com"
}

# ---- the cluster

locals {
  # europe-west4-a and europe-west4 both lie in europe-west4.
  region = join("-", slice(split("-", var.location), 0, 2))
}

resource "google_container_cluster" "this" {
  # checkov:skip=CKV_GCP_12:Dataplane V2 enforces NetworkPolicies without the add-on that this asks for; the API refuses both together.
  # checkov:skip=CKV_GCP_65:A group of a Google Workspace domain that not every project has; IAM and RBAC name users and groups without it.
  # checkov:skip=CKV_GCP_66:On in prod; dev tries unsigned images out (variable binary_authorization).
  project         = var.project_id
  name            = var.name
  location        = var.location
  node_locations  = [for zone in var.zones : zone if zone != var.location]
  resource_labels = var.labels

  network             = var.network_id
  subnetwork          = var.subnet_id
  networking_mode     = "VPC_NATIVE"
  deletion_protection = var.deletion_protection

  # Dataplane V2: NetworkPolicies are enforced by it.
  datapath_provider           = "ADVANCED_DATAPATH"
  enable_intranode_visibility = true
  enable_shielded_nodes       = true
  enable_legacy_abac          = false

  # The first pool cannot be configured later: it goes, and ours, below, come.
  remove_default_node_pool = true
  initial_node_count       = 1

  node_config {
    service_account = google_service_account.nodes.email
    oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
    image_type      = "COS_CONTAINERD"
    workload_metadata_config {
      mode = "GKE_METADATA"
    }
    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }
    metadata = {
      disable-legacy-endpoints = "true"
    }
  }

  ip_allocation_policy {
    cluster_secondary_range_name  = var.pods_range_name
    services_secondary_range_name = var.services_range_name
  }

  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = length(var.authorized_networks) == 0
    master_ipv4_cidr_block  = var.control_plane_cidr
  }

  control_plane_endpoints_config {
    dns_endpoint_config {
      # "External" means from outside of the network; IAM decides who.
      allow_external_traffic = true
    }
  }

  master_authorized_networks_config {
    gcp_public_cidrs_access_enabled = false
    dynamic "cidr_blocks" {
      for_each = var.authorized_networks
      content {
        display_name = cidr_blocks.key
        cidr_block   = cidr_blocks.value
      }
    }
  }

  master_auth {
    client_certificate_config {
      issue_client_certificate = false
    }
  }

  workload_identity_config {
    workload_pool = "${var.project_id}.svc.id.goog"
  }

  # No role may be given to everybody, or to everybody with a Google account.
  rbac_binding_config {
    enable_insecure_binding_system_unauthenticated = false
    enable_insecure_binding_system_authenticated   = false
  }

  database_encryption {
    state    = var.secrets_encryption ? "ENCRYPTED" : "DECRYPTED"
    key_name = one(google_kms_crypto_key.secrets[*].id)
  }

  binary_authorization {
    evaluation_mode = var.binary_authorization ? "PROJECT_SINGLETON_POLICY_ENFORCE" : "DISABLED"
  }

  security_posture_config {
    mode               = "BASIC"
    vulnerability_mode = "VULNERABILITY_DISABLED"
  }

  release_channel {
    channel = var.release_channel
  }

  maintenance_policy {
    recurring_window {
      start_time = var.maintenance_window.start
      end_time   = var.maintenance_window.end
      recurrence = var.maintenance_window.recurrence
    }
    dynamic "maintenance_exclusion" {
      for_each = var.maintenance_exclusions
      content {
        exclusion_name = maintenance_exclusion.key
        start_time     = maintenance_exclusion.value.start
        end_time       = maintenance_exclusion.value.end
        exclusion_options {
          scope = "NO_UPGRADES"
        }
      }
    }
  }

  addons_config {
    gce_persistent_disk_csi_driver_config {
      enabled = true
    }
    dns_cache_config {
      enabled = true
    }
  }

  logging_config {
    enable_components = ["SYSTEM_COMPONENTS", "WORKLOADS"]
  }

  monitoring_config {
    enable_components = ["SYSTEM_COMPONENTS", "STORAGE", "POD", "STATEFULSET", "CADVISOR", "KUBELET"]
    managed_prometheus {
      enabled = true
    }
  }

  cost_management_config {
    enabled = true
  }

  node_pool_defaults {
    node_config_defaults {
      insecure_kubelet_readonly_port_enabled = "FALSE"
    }
  }

  lifecycle {
    # It is about the first pool, which is gone.
    ignore_changes = [node_config]
    precondition {
      condition     = alltrue([for zone in var.zones : startswith(zone, "${local.region}-")])
      error_message = "All zones must lie in the cluster's region."
    }
  }

  depends_on = [google_kms_crypto_key_iam_member.gke, google_project_iam_member.nodes]
}

# ---- machines: a pool for each zone, so that each zone keeps its own by itself (a volume cannot follow a pod into another zone)

resource "google_container_node_pool" "zone" {
  for_each = toset(var.zones)

  project            = var.project_id
  cluster            = google_container_cluster.this.id
  name               = "nodes-${substr(each.value, -1, 1)}"
  location           = var.location
  node_locations     = [each.value]
  initial_node_count = var.nodes_per_zone.min

  autoscaling {
    min_node_count = var.nodes_per_zone.min
    max_node_count = var.nodes_per_zone.max
  }

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  # A new machine first, then an old one is drained: no zone is ever without.
  upgrade_settings {
    strategy        = "SURGE"
    max_surge       = 1
    max_unavailable = 0
  }

  node_config {
    machine_type    = var.machine_type
    disk_size_gb    = var.disk_gb
    disk_type       = var.disk_type
    image_type      = "COS_CONTAINERD"
    spot            = var.spot
    service_account = google_service_account.nodes.email
    oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
    resource_labels = var.labels

    workload_metadata_config {
      mode = "GKE_METADATA"
    }

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }

    gvnic {
      enabled = true
    }

    kubelet_config {
      insecure_kubelet_readonly_port_enabled = "FALSE"
    }

    metadata = {
      disable-legacy-endpoints = "true"
    }
  }

  lifecycle {
    # The autoscaler's business after the creation.
    ignore_changes = [initial_node_count]
  }
}
