/** The admin API as callers see it. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.admin;
