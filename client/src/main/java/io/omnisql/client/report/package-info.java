/**
 * What a load run leaves behind: a row per request, a summary, a histogram for the eye, and plots drawn from the rows.
 */
@NullMarked
package io.omnisql.client.report;

import org.jspecify.annotations.NullMarked;
