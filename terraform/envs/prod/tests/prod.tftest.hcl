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
  project_id = "omnisql-test"
}

run "the_outputs_tell_what_to_do_next" {
  command = plan
  assert {
    condition     = strcontains(output.next, "gcloud container clusters get-credentials omnisql --location=europe-west4 --project=omnisql-test --dns-endpoint")
    error_message = "First the credentials."
  }
  assert {
    condition     = strcontains(output.next, "gcp/deploy.sh --env prod")
    error_message = "Then the cluster."
  }
}

run "refuses_backups_beside_the_cluster" {
  command = plan
  variables {
    backup_location = "europe-west4"
  }
  expect_failures = [var.backup_location]
}

run "refuses_fewer_than_three_zones" {
  command = plan
  variables {
    zones = ["a", "b"]
  }
  expect_failures = [var.zones]
}
