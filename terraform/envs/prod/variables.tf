variable "project_id" {
  description = "Project for everything."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "region" {
  description = "Region of the cluster and its images."
  type        = string
  default     = "europe-west4"
  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region looks like europe-west4."
  }
}

variable "zones" {
  description = "Letters of the three zones: a database of three nodes has one in each."
  type        = list(string)
  default     = ["a", "b", "c"]
  validation {
    condition     = length(distinct(var.zones)) == length(var.zones) && contains([3, 5], length(var.zones))
    error_message = "Three or five different zones: with fewer, the loss of one takes a quorum."
  }
  validation {
    condition     = alltrue([for zone in var.zones : can(regex("^[a-f]$", zone))])
    error_message = "A zone's letter is one of a to f."
  }
}

variable "backup_location" {
  description = "Region of the backups, another than the cluster's."
  type        = string
  default     = "europe-west1"
  validation {
    condition     = var.backup_location != var.region
    error_message = "Backups in the cluster's own region are lost with it."
  }
}

variable "name" {
  description = "Name of the cluster and beginning of all other names."
  type        = string
  default     = "omnisql"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.name))
    error_message = "The name has 2 to 24 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "machine_type" {
  description = "Type of the machines. Those of the n4 and c4 families need the storage class omnisql-hyperdisk."
  type        = string
  default     = "n2-standard-4"
}

variable "nodes_per_zone" {
  description = "Fewest and most machines in each zone."
  type = object({
    min = number
    max = number
  })
  default = { min = 1, max = 3 }
}

variable "authorized_networks" {
  description = "Who may reach the control plane by its public address: name to IPv4 range. Empty: nobody; kubectl goes through the DNS endpoint."
  type        = map(string)
  default     = {}
}

variable "binary_authorization" {
  description = "Only images that the project's Binary Authorization policy lets through are started."
  type        = bool
  default     = true
}

variable "maintenance_exclusions" {
  description = "Times without upgrades: name to beginning and end (RFC 3339)."
  type = map(object({
    start = string
    end   = string
  }))
  default = {}
}

variable "access_log_bucket" {
  description = "Bucket that gets the backup bucket's access logs; null: none."
  type        = string
  default     = null
}

variable "writers" {
  description = "Who may push images: label to IAM member."
  type        = map(string)
  default     = {}
}
