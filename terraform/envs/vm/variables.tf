variable "project_id" {
  description = "Project for everything."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "name" {
  description = "Name of the cluster; machine N is NAME-N."
  type        = string
  default     = "omnisql-vm"
}

variable "zones" {
  description = "Zone of machine 1, of machine 2 and so on."
  type        = list(string)
  default     = ["europe-west4-a", "europe-west4-b", "europe-west4-c"]
}

variable "machine_type" {
  description = "Type of the machines."
  type        = string
  default     = "e2-standard-2"
}

variable "data_disk_gb" {
  description = "Size of the disk with the log and the database, in GB."
  type        = number
  default     = 50
}

variable "package_bucket" {
  description = "Bucket with the package; gcp/vm/package.sh makes it and says how to copy it there."
  type        = string
}

variable "password_secret" {
  description = "Id of the Secret Manager secret with the first role's password."
  type        = string
  default     = "omnisql-app-password"
}

variable "sql_client_ranges" {
  description = "Who may come to the SQL port, besides the nodes: IPv4 ranges."
  type        = list(string)
  default     = []
}

variable "initial_leader" {
  description = "Number of the machine that shall lead first; null: any."
  type        = number
  default     = null
}

variable "quorums" {
  description = "Sizes of the prepare and the accept quorum; null: majorities."
  type = object({
    prepare = number
    accept  = number
  })
  default = null
}

variable "deletion_protection" {
  description = "The machines cannot be deleted until this is false."
  type        = bool
  default     = true
}
