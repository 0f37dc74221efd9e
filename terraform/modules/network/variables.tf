variable "project_id" {
  description = "Project that the network belongs to."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "name" {
  description = "Name of the network, and the beginning of the names of all that belongs to it."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", var.name))
    error_message = "The name has 2 to 32 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "region" {
  description = "Region of the subnet, its router and its NAT."
  type        = string
  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region looks like europe-west4."
  }
}

variable "nodes_cidr" {
  description = "Addresses of the machines: one for each Kubernetes node."
  type        = string
  default     = "10.10.0.0/22"
  validation {
    condition     = can(cidrhost(var.nodes_cidr, 0)) && tonumber(split("/", var.nodes_cidr)[1]) <= 26
    error_message = "nodes_cidr must be an IPv4 range of at least 64 addresses (/26 or larger)."
  }
}

variable "pods_cidr" {
  description = "Addresses of the pods: GKE gives each node a /24 of it."
  type        = string
  default     = "10.20.0.0/16"
  validation {
    condition     = can(cidrhost(var.pods_cidr, 0)) && tonumber(split("/", var.pods_cidr)[1]) <= 20
    error_message = "pods_cidr must be an IPv4 range for at least 16 nodes (/20 or larger)."
  }
}

variable "services_cidr" {
  description = "Addresses of the Kubernetes Services."
  type        = string
  default     = "10.30.0.0/20"
  validation {
    condition     = can(cidrhost(var.services_cidr, 0)) && tonumber(split("/", var.services_cidr)[1]) <= 24
    error_message = "services_cidr must be an IPv4 range of at least 256 addresses (/24 or larger)."
  }
}

variable "flow_logs_sampling" {
  description = "Share of the flows that is logged, 0 to 1. 0 logs none."
  type        = number
  default     = 0.1
  validation {
    condition     = var.flow_logs_sampling >= 0 && var.flow_logs_sampling <= 1
    error_message = "flow_logs_sampling is a share: 0 to 1."
  }
}
