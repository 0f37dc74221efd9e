variable "project_id" {
  description = "Project that the cluster belongs to."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "name" {
  description = "Name of the cluster."
  type        = string
  validation {
    # Service account ids have 30 characters at most, and ours is the name and "-nodes".
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.name))
    error_message = "The name has 2 to 24 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "location" {
  description = "A region (its control plane survives the loss of a zone) or a zone (cheaper)."
  type        = string
  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+(-[a-z])?$", var.location))
    error_message = "A location looks like europe-west4 or europe-west4-a."
  }
}

variable "zones" {
  description = "Zones of the machines, one node pool in each."
  type        = list(string)
  validation {
    condition     = length(var.zones) > 0 && length(distinct(var.zones)) == length(var.zones)
    error_message = "At least one zone, and none twice."
  }
  validation {
    condition     = alltrue([for zone in var.zones : can(regex("^[a-z]+-[a-z]+[0-9]+-[a-z]$", zone))])
    error_message = "A zone looks like europe-west4-a."
  }
}

variable "network_id" {
  description = "The network."
  type        = string
}

variable "subnet_id" {
  description = "The machines' subnet."
  type        = string
}

variable "pods_range_name" {
  description = "Name of the subnet's secondary range for pods."
  type        = string
}

variable "services_range_name" {
  description = "Name of the subnet's secondary range for Services."
  type        = string
}

variable "control_plane_cidr" {
  description = "Addresses of the control plane within the network, a /28."
  type        = string
  default     = "172.16.0.0/28"
  validation {
    condition     = can(cidrhost(var.control_plane_cidr, 0)) && endswith(var.control_plane_cidr, "/28")
    error_message = "control_plane_cidr must be an IPv4 /28."
  }
}

variable "authorized_networks" {
  description = "Who may reach the control plane by its public address: name to IPv4 range. Empty: nobody; kubectl goes through the DNS endpoint, which IAM guards."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for cidr in values(var.authorized_networks) : can(cidrhost(cidr, 0)) && cidr != "0.0.0.0/0"])
    error_message = "Each is an IPv4 range, and none is the whole Internet."
  }
}

variable "release_channel" {
  description = "How soon GKE brings new versions: RAPID, REGULAR or STABLE."
  type        = string
  default     = "REGULAR"
  validation {
    condition     = contains(["RAPID", "REGULAR", "STABLE"], var.release_channel)
    error_message = "release_channel is RAPID, REGULAR or STABLE."
  }
}

variable "maintenance_window" {
  description = "When GKE may upgrade: first beginning and end (RFC 3339), and how it recurs (RFC 5545). GKE wants at least 48 hours in any 32 days."
  type = object({
    start      = string
    end        = string
    recurrence = string
  })
  default = {
    start      = "2026-01-03T02:00:00Z"
    end        = "2026-01-03T08:00:00Z"
    recurrence = "FREQ=WEEKLY;BYDAY=SA,SU"
  }
  validation {
    condition     = can(timecmp(var.maintenance_window.start, var.maintenance_window.end)) && timecmp(var.maintenance_window.start, var.maintenance_window.end) < 0
    error_message = "start and end are instants such as 2026-01-03T02:00:00Z, and start is the earlier one."
  }
  validation {
    condition     = startswith(var.maintenance_window.recurrence, "FREQ=")
    error_message = "recurrence looks like FREQ=WEEKLY;BYDAY=SA,SU."
  }
}

variable "maintenance_exclusions" {
  description = "Times without upgrades: name to beginning and end (RFC 3339)."
  type = map(object({
    start = string
    end   = string
  }))
  default = {}
  validation {
    condition     = length(var.maintenance_exclusions) <= 20
    error_message = "GKE takes at most 20 exclusions."
  }
  validation {
    condition     = alltrue([for exclusion in values(var.maintenance_exclusions) : try(timecmp(exclusion.start, exclusion.end), 0) < 0])
    error_message = "start and end are instants such as 2026-12-20T00:00:00Z, and start is the earlier one."
  }
}

variable "machine_type" {
  description = "Type of the machines."
  type        = string
  default     = "e2-standard-4"
  validation {
    condition     = can(regex("^[a-z][a-z0-9]+-[a-z0-9-]+$", var.machine_type))
    error_message = "A machine type looks like e2-standard-4."
  }
}

variable "disk_gb" {
  description = "Size of each machine's boot disk in GB. Databases lie on volumes of their own."
  type        = number
  default     = 50
  validation {
    condition     = var.disk_gb >= 20 && var.disk_gb <= 1000
    error_message = "disk_gb is 20 to 1000."
  }
}

variable "disk_type" {
  description = "Type of each machine's boot disk."
  type        = string
  default     = "pd-balanced"
  validation {
    condition     = contains(["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"], var.disk_type)
    error_message = "disk_type is pd-standard, pd-balanced, pd-ssd or hyperdisk-balanced."
  }
}

variable "nodes_per_zone" {
  description = "Fewest and most machines in each zone."
  type = object({
    min = number
    max = number
  })
  default = { min = 1, max = 3 }
  validation {
    condition     = var.nodes_per_zone.min >= 0 && var.nodes_per_zone.max >= max(1, var.nodes_per_zone.min) && var.nodes_per_zone.max <= 100
    error_message = "0 <= min <= max, and 1 <= max <= 100."
  }
}

variable "spot" {
  description = "Spot machines: far cheaper, and taken away at any time."
  type        = bool
  default     = false
}

variable "secrets_encryption" {
  description = "Kubernetes Secrets are encrypted by a key of the project, besides Google's own encryption at rest. Key and key ring stay for ever: a cluster that is often made and destroyed does without."
  type        = bool
  default     = true
}

variable "binary_authorization" {
  description = "Only images that the project's Binary Authorization policy lets through are started."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Terraform refuses to destroy the cluster until this is false."
  type        = bool
  default     = true
}

variable "labels" {
  description = "Labels of the cluster and its machines, for finding them in the bill."
  type        = map(string)
  default     = {}
}
