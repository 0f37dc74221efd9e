/** Tests of the room {@code gateway}. */
@NullMarked
package io.omnisql.node.gateway;

import org.jspecify.annotations.NullMarked;
