/** Tests of the client: connection. */
@NullMarked
package io.omnisql.client.connection;

import org.jspecify.annotations.NullMarked;
