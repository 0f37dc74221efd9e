/** What the operator's tests share. */
@NullMarked
package io.omnisql.operator;

import org.jspecify.annotations.NullMarked;
