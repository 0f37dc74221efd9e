/** Tests of the resource and of its definition. */
@NullMarked
package io.omnisql.operator.api;

import org.jspecify.annotations.NullMarked;
