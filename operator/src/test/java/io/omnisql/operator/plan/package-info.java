/** Tests of the next step and of the status, on values and in a small world of their own. */
@NullMarked
package io.omnisql.operator.plan;

import org.jspecify.annotations.NullMarked;
