variable "project_id" {
  description = "Project that the machines belong to."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "name" {
  description = "Name of the cluster; machine N is NAME-N."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,24}[a-z0-9]$", var.name))
    error_message = "The name has 2 to 26 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "zones" {
  description = "Zone of machine 1, of machine 2 and so on, in one region or several."
  type        = list(string)
  validation {
    condition     = contains([1, 3, 5, 7, 9], length(var.zones))
    error_message = "1, 3, 5, 7 or 9 machines."
  }
  validation {
    condition     = alltrue([for zone in var.zones : can(regex("^[a-z]+-[a-z]+[0-9]+-[a-z]$", zone))])
    error_message = "A zone looks like europe-west4-a."
  }
}

variable "machine_type" {
  description = "Type of the machines."
  type        = string
  default     = "e2-standard-2"
  validation {
    condition     = can(regex("^[a-z][a-z0-9]+-[a-z0-9-]+$", var.machine_type))
    error_message = "A machine type looks like e2-standard-2."
  }
}

variable "boot_image" {
  description = "Image of the boot disk."
  type        = string
  default     = "debian-cloud/debian-13"
}

variable "data_disk_gb" {
  description = "Size of the disk with the log and the database, in GB."
  type        = number
  default     = 50
  validation {
    condition     = var.data_disk_gb >= 10 && var.data_disk_gb <= 65536
    error_message = "data_disk_gb is 10 to 65536."
  }
}

variable "package_bucket" {
  description = "Bucket with the package that gcp/vm/package.sh makes."
  type        = string
}

variable "package_object" {
  description = "Name of the package in the bucket."
  type        = string
  default     = "omnisql-node.tar.gz"
}

variable "password_secret" {
  description = "Id of the Secret Manager secret with the first role's password. It is made by hand, so that it is in no state file."
  type        = string
}

variable "sql_client_ranges" {
  description = "Who may come to the SQL port, besides the nodes: IPv4 ranges."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for cidr in var.sql_client_ranges : can(cidrhost(cidr, 0)) && cidr != "0.0.0.0/0"])
    error_message = "Each is an IPv4 range, and none is the whole Internet: connections are not encrypted yet."
  }
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
  validation {
    condition     = var.quorums == null ? true : var.quorums.prepare + var.quorums.accept > length(var.zones) && var.quorums.accept >= 2 && var.quorums.accept <= var.quorums.prepare && var.quorums.prepare <= length(var.zones)
    error_message = "As the node has it: 2 <= accept <= prepare <= number of machines, and prepare + accept > number of machines, so that every two quorums meet."
  }
}

variable "labels" {
  description = "Labels of the machines and disks."
  type        = map(string)
  default     = {}
}

variable "deletion_protection" {
  description = "The machines cannot be deleted until this is false."
  type        = bool
  default     = true
}
