/** Rules of membership, without a network. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.membership;
