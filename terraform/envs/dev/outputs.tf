output "repository" {
  description = "Beginning of the images' names."
  value       = module.registry.repository
}

output "backup_bucket" {
  description = "Bucket for backups."
  value       = module.backup_bucket.name
}

output "backup_service_account" {
  description = "Account that writes backups."
  value       = module.backup_bucket.service_account
}

output "next" {
  description = "What to do next, from the project's folder."
  value       = <<-TEXT
    gcloud container clusters get-credentials ${module.gke.name} --location=${module.gke.location} --project=${var.project_id} --dns-endpoint
    gcp/push-images.sh --repository ${module.registry.repository} --tag TAG
    gcp/deploy.sh --env dev --repository ${module.registry.repository} --tag TAG --backup-account ${module.backup_bucket.service_account}
  TEXT
}
