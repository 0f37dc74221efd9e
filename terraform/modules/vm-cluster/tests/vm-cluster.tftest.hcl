mock_provider "google" {
  override_during = plan

  mock_resource "google_service_account" {
    override_during = plan
    defaults = {
      email  = "omnisql-vm@omnisql-test.iam.gserviceaccount.com"
      member = "serviceAccount:omnisql-vm@omnisql-test.iam.gserviceaccount.com"
    }
  }
  mock_resource "google_compute_address" {
    override_during = plan
    defaults = {
      address = "10.40.0.7"
    }
  }
}

variables {
  project_id      = "omnisql-test"
  name            = "omnisql-vm"
  zones           = ["europe-west4-a", "europe-west4-b", "europe-west4-c"]
  package_bucket  = "omnisql-test-packages"
  password_secret = "omnisql-app-password"
}

run "three_machines_in_three_zones_without_public_addresses" {
  command = plan
  assert {
    condition     = tolist([for node in values(google_compute_instance.node) : node.zone]) == var.zones
    error_message = "One machine in each zone."
  }
  assert {
    condition     = alltrue([for node in values(google_compute_instance.node) : length(node.network_interface[0].access_config) == 0])
    error_message = "No public address."
  }
  assert {
    condition     = length(google_compute_subnetwork.region) == 1
    error_message = "One subnet for the one region."
  }
}

run "every_machine_knows_its_number_and_all_members" {
  command = plan
  assert {
    condition     = [for node in values(google_compute_instance.node) : node.metadata["omnisql-node"]] == ["1", "2", "3"]
    error_message = "Machine N is node N."
  }
  assert {
    condition     = google_compute_instance.node["1"].metadata["omnisql-members"] == "1=10.40.0.7:17000,2=10.40.0.7:17000,3=10.40.0.7:17000"
    error_message = "N=ADDRESS:PORT with commas, as startup.sh reads them."
  }
  assert {
    condition     = google_compute_instance.node["1"].metadata["omnisql-quorums"] == ""
    error_message = "Majorities unless said otherwise."
  }
}

run "nobody_but_the_nodes_comes_in_by_default" {
  command = plan
  assert {
    condition     = length(google_compute_firewall.clients) == 0
    error_message = "No clients from outside unless named."
  }
  assert {
    condition     = google_compute_firewall.nodes.source_service_accounts == toset(["omnisql-vm@omnisql-test.iam.gserviceaccount.com"])
    error_message = "The peers' port is for the nodes."
  }
}

run "five_regions_have_five_subnets" {
  command = plan
  variables {
    zones          = ["us-west2-a", "us-south1-a", "us-east4-a", "europe-southwest1-a", "europe-west4-a"]
    initial_leader = 5
    quorums        = { prepare = 4, accept = 2 }
  }
  assert {
    condition     = length(distinct([for subnet in values(google_compute_subnetwork.region) : subnet.ip_cidr_range])) == 5
    error_message = "A range for each region."
  }
  assert {
    condition     = google_compute_instance.node["5"].metadata["omnisql-quorums"] == "4,2" && google_compute_instance.node["5"].metadata["omnisql-initial-leader"] == "5"
    error_message = "Quorums and leader reach the machine."
  }
}

run "refuses_quorums_that_do_not_meet" {
  command = plan
  variables {
    quorums = { prepare = 3, accept = 1 }
  }
  expect_failures = [var.quorums]
}

run "refuses_an_even_number_of_machines_and_open_doors" {
  command = plan
  variables {
    zones             = ["europe-west4-a", "europe-west4-b"]
    sql_client_ranges = ["0.0.0.0/0"]
  }
  expect_failures = [var.zones, var.sql_client_ranges]
}
