/** What a user was promised of OmniSQL on Kubernetes, one class for each promise. Knows the product only by its ports and its YAML. */
@org.jspecify.annotations.NullMarked
package io.omnisql.e2e;
