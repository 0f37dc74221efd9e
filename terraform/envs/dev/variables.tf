variable "project_id" {
  description = "Project for everything."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "region" {
  description = "Region of everything."
  type        = string
  default     = "europe-west4"
  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region looks like europe-west4."
  }
}

variable "zone" {
  description = "Letter of the zone."
  type        = string
  default     = "a"
  validation {
    condition     = can(regex("^[a-f]$", var.zone))
    error_message = "A zone's letter is one of a to f."
  }
}

variable "name" {
  description = "Name of the cluster and beginning of all other names."
  type        = string
  default     = "omnisql-dev"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.name))
    error_message = "The name has 2 to 24 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "spot" {
  description = "Spot machines: about a third of the price, taken away at any time. A cluster of three nodes survives one at a time."
  type        = bool
  default     = true
}

variable "authorized_networks" {
  description = "Who may reach the control plane by its public address: name to IPv4 range. Empty: nobody; kubectl goes through the DNS endpoint."
  type        = map(string)
  default     = {}
}

variable "writers" {
  description = "Who may push images: label to IAM member."
  type        = map(string)
  default     = {}
}
