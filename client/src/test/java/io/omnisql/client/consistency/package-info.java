/** Tests of the client: consistency. */
@NullMarked
package io.omnisql.client.consistency;

import org.jspecify.annotations.NullMarked;
