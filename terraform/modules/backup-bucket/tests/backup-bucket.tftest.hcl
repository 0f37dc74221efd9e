mock_provider "google" {
  override_during = plan

  mock_resource "google_service_account" {
    override_during = plan
    defaults = {
      email  = "omnisql-backup@omnisql-test.iam.gserviceaccount.com"
      member = "serviceAccount:omnisql-backup@omnisql-test.iam.gserviceaccount.com"
      name   = "projects/omnisql-test/serviceAccounts/omnisql-backup@omnisql-test.iam.gserviceaccount.com"
    }
  }
}

variables {
  project_id    = "omnisql-test"
  name          = "omnisql-test-backup"
  location      = "europe-west1"
  workload_pool = "omnisql-test.svc.id.goog"
}

run "the_bucket_is_closed_and_keeps_what_is_replaced" {
  command = plan
  assert {
    condition     = google_storage_bucket.this.uniform_bucket_level_access && google_storage_bucket.this.public_access_prevention == "enforced"
    error_message = "Nobody from outside."
  }
  assert {
    condition     = google_storage_bucket.this.versioning[0].enabled && !google_storage_bucket.this.force_destroy
    error_message = "What is overwritten can be had back, and terraform destroy takes no backups."
  }
}

run "only_the_named_kubernetes_account_writes" {
  command = plan
  assert {
    condition     = [for binding in values(google_service_account_iam_member.workload_identity) : binding.member] == ["serviceAccount:omnisql-test.svc.id.goog[omnisql/omnisql-backup]"]
    error_message = "One Kubernetes service account, by Workload Identity."
  }
  assert {
    condition     = google_storage_bucket_iam_member.backup.role == "roles/storage.objectUser"
    error_message = "Objects, not the bucket."
  }
}

run "refuses_another_pool_and_odd_names" {
  command = plan
  variables {
    workload_pool               = "example.com"
    kubernetes_service_accounts = ["omnisql-backup"]
    keep_replaced_days          = 1
  }
  expect_failures = [var.workload_pool, var.kubernetes_service_accounts, var.keep_replaced_days]
}
