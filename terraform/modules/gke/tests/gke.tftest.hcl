mock_provider "google" {
  override_during = plan

  mock_resource "google_service_account" {
    override_during = plan
    defaults = {
      email  = "account@omnisql-test.iam.gserviceaccount.com"
      member = "serviceAccount:account@omnisql-test.iam.gserviceaccount.com"
      name   = "projects/omnisql-test/serviceAccounts/account@omnisql-test.iam.gserviceaccount.com"
    }
  }

  mock_data "google_project" {
    defaults = {
      number = "123456789012"
    }
  }
}

variables {
  project_id          = "omnisql-test"
  name                = "omnisql"
  location            = "europe-west4"
  zones               = ["europe-west4-a", "europe-west4-b", "europe-west4-c"]
  network_id          = "projects/omnisql-test/global/networks/omnisql"
  subnet_id           = "projects/omnisql-test/regions/europe-west4/subnetworks/omnisql-nodes"
  pods_range_name     = "pods"
  services_range_name = "services"
}

run "the_cluster_is_private_and_hardened" {
  command = plan
  assert {
    condition     = google_container_cluster.this.private_cluster_config[0].enable_private_nodes && google_container_cluster.this.private_cluster_config[0].enable_private_endpoint
    error_message = "Neither the machines nor the control plane have public addresses."
  }
  assert {
    condition     = google_container_cluster.this.datapath_provider == "ADVANCED_DATAPATH"
    error_message = "NetworkPolicies are enforced by Dataplane V2."
  }
  assert {
    condition     = google_container_cluster.this.workload_identity_config[0].workload_pool == "omnisql-test.svc.id.goog"
    error_message = "Workload Identity is on."
  }
  assert {
    condition     = google_container_cluster.this.database_encryption[0].state == "ENCRYPTED"
    error_message = "Secrets are encrypted by our key."
  }
  assert {
    condition     = google_container_cluster.this.deletion_protection
    error_message = "Protected unless said otherwise."
  }
  assert {
    condition     = google_container_cluster.this.monitoring_config[0].managed_prometheus[0].enabled
    error_message = "Managed Prometheus is on."
  }
  assert {
    condition     = google_kms_crypto_key_iam_member.gke[0].member == "serviceAccount:service-123456789012@container-engine-robot.iam.gserviceaccount.com"
    error_message = "GKE itself, and nobody else, uses the key."
  }
}

run "each_zone_has_a_pool_of_its_own" {
  command = plan
  assert {
    condition     = toset(keys(google_container_node_pool.zone)) == toset(var.zones)
    error_message = "One pool for each zone."
  }
  assert {
    condition     = alltrue([for zone, pool in google_container_node_pool.zone : pool.node_locations == toset([zone])])
    error_message = "A pool's machines stand in its zone only."
  }
  assert {
    condition     = alltrue([for pool in values(google_container_node_pool.zone) : pool.upgrade_settings[0].max_surge == 1 && pool.upgrade_settings[0].max_unavailable == 0])
    error_message = "A new machine comes before an old one goes."
  }
  assert {
    condition     = alltrue([for pool in values(google_container_node_pool.zone) : pool.node_config[0].service_account == google_service_account.nodes.email])
    error_message = "Never the default service account."
  }
  assert {
    condition = alltrue([for pool in values(google_container_node_pool.zone) :
      pool.node_config[0].shielded_instance_config[0].enable_secure_boot && pool.node_config[0].workload_metadata_config[0].mode == "GKE_METADATA"
    ])
    error_message = "Secure boot, and no way to the machine's own identity."
  }
  assert {
    condition     = !anytrue([for pool in values(google_container_node_pool.zone) : pool.node_config[0].spot])
    error_message = "No spot machines unless asked for."
  }
}

run "the_public_endpoint_opens_for_named_networks_only" {
  command = plan
  variables {
    authorized_networks = { office = "198.51.100.0/24" }
  }
  assert {
    condition     = !google_container_cluster.this.private_cluster_config[0].enable_private_endpoint
    error_message = "A named network needs the public endpoint."
  }
  assert {
    condition     = [for block in google_container_cluster.this.master_authorized_networks_config[0].cidr_blocks : block.cidr_block] == ["198.51.100.0/24"]
    error_message = "And only it is let in."
  }
}

run "without_a_key_of_its_own" {
  command = plan
  variables {
    secrets_encryption = false
  }
  assert {
    condition     = google_container_cluster.this.database_encryption[0].state == "DECRYPTED" && length(google_kms_key_ring.this) == 0
    error_message = "No key ring, which could never be removed."
  }
}

run "refuses_the_whole_internet" {
  command = plan
  variables {
    authorized_networks = { everybody = "0.0.0.0/0" }
  }
  expect_failures = [var.authorized_networks]
}

run "refuses_zones_of_another_region" {
  command = plan
  variables {
    zones = ["europe-west1-b"]
  }
  expect_failures = [google_container_cluster.this]
}

run "refuses_settings_that_make_no_sense" {
  command = plan
  variables {
    control_plane_cidr = "172.16.0.0/24"
    release_channel    = "NONE"
    nodes_per_zone     = { min = 3, max = 2 }
    disk_gb            = 5
    maintenance_window = { start = "2026-01-03T08:00:00Z", end = "2026-01-03T02:00:00Z", recurrence = "FREQ=WEEKLY" }
  }
  expect_failures = [var.control_plane_cidr, var.release_channel, var.nodes_per_zone, var.disk_gb, var.maintenance_window]
}
