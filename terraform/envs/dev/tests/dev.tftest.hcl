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
    condition     = strcontains(output.next, "gcloud container clusters get-credentials omnisql-dev --location=europe-west4-a --project=omnisql-test --dns-endpoint")
    error_message = "First the credentials."
  }
  assert {
    condition     = strcontains(output.next, "gcp/push-images.sh --repository ${output.repository}") && strcontains(output.next, "gcp/deploy.sh --env dev")
    error_message = "Then the images, then the cluster."
  }
}

run "the_bucket_is_named_after_the_project" {
  command = plan
  assert {
    condition     = output.backup_bucket == "omnisql-test-omnisql-dev-backup"
    error_message = "A name that is free."
  }
}

run "refuses_wrong_names" {
  command = plan
  variables {
    project_id = "Wrong_Project"
    region     = "europe"
    zone       = "europe-west4-a"
    name       = "a-name-that-is-longer-than-24"
  }
  expect_failures = [var.project_id, var.region, var.zone, var.name]
}
