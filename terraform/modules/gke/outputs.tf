output "name" {
  description = "Name of the cluster."
  value       = google_container_cluster.this.name
}

output "location" {
  description = "Its region or zone."
  value       = google_container_cluster.this.location
}

output "nodes_service_account" {
  description = "E-mail of the machines' service account."
  value       = google_service_account.nodes.email
}

output "workload_pool" {
  description = "Pool of the Kubernetes service accounts' identities. It exists once the cluster does."
  value       = google_container_cluster.this.workload_identity_config[0].workload_pool
}
