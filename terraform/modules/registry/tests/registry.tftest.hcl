mock_provider "google" {
  override_during = plan
}

variables {
  project_id = "omnisql-test"
  name       = "omnisql"
  location   = "europe-west4"
}

run "tags_are_final_and_only_old_untagged_versions_go" {
  command = plan
  assert {
    condition     = google_artifact_registry_repository.this.docker_config[0].immutable_tags
    error_message = "A tag names the same image for ever."
  }
  assert {
    condition     = one([for policy in google_artifact_registry_repository.this.cleanup_policies : policy if policy.action == "DELETE"]).condition[0].tag_state == "UNTAGGED"
    error_message = "Nothing with a tag is deleted."
  }
}

run "readers_and_writers_are_those_that_are_named" {
  command = plan
  variables {
    readers = { nodes = "serviceAccount:nodes@omnisql-test.iam.gserviceaccount.com" }
    writers = { build = "serviceAccount:build@omnisql-test.iam.gserviceaccount.com" }
  }
  assert {
    condition     = google_artifact_registry_repository_iam_member.readers["nodes"].role == "roles/artifactregistry.reader" && google_artifact_registry_repository_iam_member.writers["build"].role == "roles/artifactregistry.writer"
    error_message = "Readers read, writers write."
  }
}

run "the_output_begins_an_image_name" {
  command = plan
  assert {
    condition     = endswith(output.repository, "/omnisql-test/omnisql")
    error_message = "HOST/PROJECT/REPOSITORY."
  }
}

run "refuses_that_everybody_writes" {
  command = plan
  variables {
    writers = { all = "allUsers" }
  }
  expect_failures = [var.writers]
}
