output "addresses" {
  description = "Address of each machine by its number."
  value       = local.addresses
}

output "instances" {
  description = "Name and zone of each machine by its number."
  value       = { for id, node in local.nodes : id => { name = "${var.name}-${id}", zone = node.zone } }
}
