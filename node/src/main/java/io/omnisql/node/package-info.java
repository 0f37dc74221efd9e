/** One OmniSQL node: start and stop order, wiring, settings and bounds. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node;
