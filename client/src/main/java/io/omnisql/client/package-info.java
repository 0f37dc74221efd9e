/**
 * The client's commands: run load profiles, check consistency, draw plots. It knows the database only through the public
 * PostgreSQL driver, as any other client does.
 */
@NullMarked
package io.omnisql.client;

import org.jspecify.annotations.NullMarked;
