/** Tests of the client: load. */
@NullMarked
package io.omnisql.client.load;

import org.jspecify.annotations.NullMarked;
