/** The hands of the operator: it looks, lets {@code plan} decide, states the objects of {@code dependent}, does the one step and reports. */
@NullMarked
package io.omnisql.operator.reconcile;

import org.jspecify.annotations.NullMarked;
