/** Tests of the objects: golden files, read by people. */
@NullMarked
package io.omnisql.operator.dependent;

import org.jspecify.annotations.NullMarked;
