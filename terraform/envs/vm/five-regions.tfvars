# The experiment of docs/multi-region.md: five machines in five regions, the fifth leads first.
name           = "omnisql-world"
zones          = ["us-west2-a", "us-south1-a", "us-east4-a", "europe-southwest1-a", "europe-west4-a"]
machine_type   = "e2-standard-8"
initial_leader = 5
# Flexible quorums; without this line, majorities.
quorums = { prepare = 4, accept = 2 }
