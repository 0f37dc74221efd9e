/** What operators and monitoring see of a node: status, health and metrics. It only looks; nothing here changes the node. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.admin;
