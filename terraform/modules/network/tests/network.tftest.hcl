mock_provider "google" {
  override_during = plan
}

variables {
  project_id = "omnisql-test"
  name       = "omnisql"
  region     = "europe-west4"
}

run "nothing_has_a_public_address_and_all_goes_out_by_nat" {
  command = plan
  assert {
    condition     = google_compute_network.this.auto_create_subnetworks == false
    error_message = "Only our own subnets."
  }
  assert {
    condition     = google_compute_subnetwork.nodes.private_ip_google_access
    error_message = "Machines without public addresses reach Google's services."
  }
  assert {
    condition     = one(google_compute_router_nat.this.subnetwork).source_ip_ranges_to_nat == toset(["ALL_IP_RANGES"])
    error_message = "Pods go out as well."
  }
}

run "what_no_rule_allows_is_refused_and_logged" {
  command = plan
  assert {
    condition     = one(google_compute_firewall.deny_ingress.deny).protocol == "all" && google_compute_firewall.deny_ingress.priority == 65534
    error_message = "The last rule refuses everything."
  }
  assert {
    condition     = length(google_compute_firewall.deny_ingress.log_config) == 1
    error_message = "Refusals are logged."
  }
}

run "flow_logs_can_be_off" {
  command = plan
  variables {
    flow_logs_sampling = 0
  }
  assert {
    condition     = length(google_compute_subnetwork.nodes.log_config) == 0
    error_message = "No flow logs at a sampling of 0."
  }
}

run "refuses_ranges_that_are_too_small_or_none" {
  command = plan
  variables {
    nodes_cidr    = "10.0.0.0/28"
    pods_cidr     = "10.1.0.0/24"
    services_cidr = "not-a-range/16"
  }
  expect_failures = [var.nodes_cidr, var.pods_cidr, var.services_cidr]
}

run "refuses_a_name_that_google_refuses" {
  command = plan
  variables {
    name               = "OmniSQL"
    project_id         = "x"
    region             = "europe-west4-a"
    flow_logs_sampling = 2
  }
  expect_failures = [var.name, var.project_id, var.region, var.flow_logs_sampling]
}
