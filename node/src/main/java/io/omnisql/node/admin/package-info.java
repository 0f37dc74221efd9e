/** What operators and monitoring see of a node: status, health, metrics, and the admin API, which hands orders to membership. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.admin;
