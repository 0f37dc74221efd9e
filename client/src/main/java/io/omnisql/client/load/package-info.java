/**
 * Load profiles and the runs that follow them: phases of requests per second and read ratio, open- or closed-loop, with a
 * common start.
 */
@NullMarked
package io.omnisql.client.load;

import org.jspecify.annotations.NullMarked;
