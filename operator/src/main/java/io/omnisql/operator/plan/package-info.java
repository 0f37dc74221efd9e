/**
 * Decides the next step of a cluster: one pure function from what is wanted and what was seen to one action, and another one to the status. No
 * clock, no client, no memory: the same look gives the same step, so that an operator that died anywhere goes on from what it sees.
 */
@NullMarked
package io.omnisql.operator.plan;

import org.jspecify.annotations.NullMarked;
