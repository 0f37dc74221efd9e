/** Tests of the client: report. */
@NullMarked
package io.omnisql.client.report;

import org.jspecify.annotations.NullMarked;
