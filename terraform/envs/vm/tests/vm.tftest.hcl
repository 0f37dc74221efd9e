mock_provider "google" {
  override_during = plan

  mock_resource "google_compute_address" {
    override_during = plan
    defaults = {
      address = "10.40.0.7"
    }
  }
}

variables {
  project_id     = "omnisql-test"
  package_bucket = "omnisql-test-packages"
}

run "the_outputs_tell_how_to_reach_each_machine" {
  command = plan
  assert {
    condition     = length(regexall("gcloud compute ssh omnisql-vm-[123] --zone=europe-west4-[abc]", output.next)) == 3
    error_message = "One command for each machine."
  }
}

run "five_regions_of_the_experiment" {
  command = plan
  variables {
    name           = "omnisql-world"
    zones          = ["us-west2-a", "us-south1-a", "us-east4-a", "europe-southwest1-a", "europe-west4-a"]
    initial_leader = 5
    quorums        = { prepare = 4, accept = 2 }
  }
  assert {
    condition     = length(output.addresses) == 5
    error_message = "Five machines."
  }
}
