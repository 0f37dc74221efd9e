output "network_id" {
  description = "The network."
  value       = google_compute_network.this.id
}

output "subnet_id" {
  description = "The machines' subnet."
  value       = google_compute_subnetwork.nodes.id
}

output "pods_range_name" {
  description = "Name of the subnet's secondary range for pods."
  value       = google_compute_subnetwork.nodes.secondary_ip_range[0].range_name
}

output "services_range_name" {
  description = "Name of the subnet's secondary range for Services."
  value       = google_compute_subnetwork.nodes.secondary_ip_range[1].range_name
}
