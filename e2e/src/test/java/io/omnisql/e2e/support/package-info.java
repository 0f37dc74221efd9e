/** The cluster that the promises are tested on, what is installed there, and those who use it meanwhile. */
@org.jspecify.annotations.NullMarked
package io.omnisql.e2e.support;
