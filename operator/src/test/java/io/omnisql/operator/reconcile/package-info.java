/** Tests of the resource and of its definition. */
@NullMarked
package io.omnisql.operator.reconcile;

import org.jspecify.annotations.NullMarked;
