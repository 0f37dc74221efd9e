/** Tests of the operator's hands: with real keys, and at a real API server. */
@NullMarked
package io.omnisql.operator.reconcile;

import org.jspecify.annotations.NullMarked;
