output "name" {
  description = "Name of the bucket."
  value       = google_storage_bucket.this.name
}

output "service_account" {
  description = "E-mail of the account that writes: the value of the annotation iam.gke.io/gcp-service-account."
  value       = google_service_account.backup.email
}
