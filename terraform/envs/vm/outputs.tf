output "addresses" {
  description = "Address of each machine by its number, within the network."
  value       = module.cluster.addresses
}

output "next" {
  description = "What to do next."
  value = join("\n", concat(
    [for id, node in module.cluster.instances : "gcloud compute ssh ${node.name} --zone=${node.zone} --project=${var.project_id} --tunnel-through-iap --command='journalctl -u omnisql-node -n 20'"],
    ["gcloud compute start-iap-tunnel ${module.cluster.instances["1"].name} 5432 --local-host-port=localhost:5432 --zone=${module.cluster.instances["1"].zone} --project=${var.project_id}", ""],
  ))
}
