/**
 * One session with one of several nodes: addresses, reconnection with back-off, and the truth about each request: done, not
 * done, or unknown. Nothing here retries a write by itself unless the write carries an idempotency key.
 */
@NullMarked
package io.omnisql.client.connection;

import org.jspecify.annotations.NullMarked;
