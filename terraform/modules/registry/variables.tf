variable "project_id" {
  description = "Project that the repository belongs to."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "name" {
  description = "Name of the repository."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,60}[a-z0-9]$", var.name))
    error_message = "The name has 2 to 62 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "location" {
  description = "Region of the repository: that of the machines that pull from it."
  type        = string
  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.location))
    error_message = "A region looks like europe-west4."
  }
}

variable "immutable_tags" {
  description = "A tag, once pushed, names the same image for ever."
  type        = bool
  default     = true
}

variable "keep_versions" {
  description = "How many versions of each image are kept whatever their age."
  type        = number
  default     = 10
  validation {
    condition     = var.keep_versions >= 1 && var.keep_versions <= 1000
    error_message = "keep_versions is 1 to 1000."
  }
}

variable "delete_untagged_after_days" {
  description = "Versions without a tag are deleted at this age."
  type        = number
  default     = 14
  validation {
    condition     = var.delete_untagged_after_days >= 1 && var.delete_untagged_after_days <= 3650
    error_message = "delete_untagged_after_days is 1 to 3650."
  }
}

variable "readers" {
  description = "Who may pull: label to IAM member (serviceAccount:…)."
  type        = map(string)
  default     = {}
}

variable "writers" {
  description = "Who may push: label to IAM member (serviceAccount:…, group:…)."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for member in values(var.writers) : !contains(["allUsers", "allAuthenticatedUsers"], member)])
    error_message = "Nobody unknown may push."
  }
}

variable "labels" {
  description = "Labels of the repository."
  type        = map(string)
  default     = {}
}
