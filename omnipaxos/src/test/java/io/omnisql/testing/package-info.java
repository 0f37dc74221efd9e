/** What tests of several modules need and no library has. */
@NullMarked
package io.omnisql.testing;

import org.jspecify.annotations.NullMarked;
