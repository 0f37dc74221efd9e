/**
 * Workloads that know what the database must answer: they record every operation and judge the history at the end. A history
 * tells what clients saw, so a verdict needs no look into the nodes.
 */
@NullMarked
package io.omnisql.client.consistency;

import org.jspecify.annotations.NullMarked;
