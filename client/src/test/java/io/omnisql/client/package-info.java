/** Tests of the client. */
@NullMarked
package io.omnisql.client;

import org.jspecify.annotations.NullMarked;
