variable "project_id" {
  description = "Project that the bucket belongs to."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "name" {
  description = "Name of the bucket, unlike any other in the world."
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "The name has 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "location" {
  description = "Region or multi-region (EU, US). Backups had better lie in another region than the databases."
  type        = string
  validation {
    condition     = can(regex("^([a-z]+-[a-z]+[0-9]+|EU|US|ASIA|eur4|nam4|asia1)$", var.location))
    error_message = "A location looks like europe-west1 or EU."
  }
}

variable "account_id" {
  description = "Id of the service account that writes backups."
  type        = string
  default     = "omnisql-backup"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.account_id))
    error_message = "A service account id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "workload_pool" {
  description = "Pool of the cluster's identities (PROJECT.svc.id.goog)."
  type        = string
  validation {
    condition     = endswith(var.workload_pool, ".svc.id.goog")
    error_message = "A pool of GKE ends in .svc.id.goog."
  }
}

variable "kubernetes_service_accounts" {
  description = "Who may act as the writing account, as NAMESPACE/NAME."
  type        = set(string)
  default     = ["omnisql/omnisql-backup"]
  validation {
    condition     = alltrue([for name in var.kubernetes_service_accounts : can(regex("^[a-z0-9-]+/[a-z0-9-]+$", name))])
    error_message = "Each is NAMESPACE/NAME."
  }
}

variable "nearline_after_days" {
  description = "Backups go to cheaper storage at this age."
  type        = number
  default     = 30
  validation {
    condition     = var.nearline_after_days >= 1
    error_message = "nearline_after_days is at least 1."
  }
}

variable "keep_replaced_days" {
  description = "How long an object that was overwritten or deleted can be had back."
  type        = number
  default     = 30
  validation {
    condition     = var.keep_replaced_days >= 7 && var.keep_replaced_days <= 90
    error_message = "keep_replaced_days is 7 to 90."
  }
}

variable "access_log_bucket" {
  description = "Bucket that gets the access logs; null: none (the audit log has them where Data Access is on)."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "terraform destroy takes the backups with it. For trying out only."
  type        = bool
  default     = false
}

variable "labels" {
  description = "Labels of the bucket."
  type        = map(string)
  default     = {}
}
