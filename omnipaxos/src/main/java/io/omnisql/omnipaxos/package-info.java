/**
 * OmniPaxos, pure and deterministic: inputs in, one {@link io.omnisql.omnipaxos.Output} out.
 *
 * <p>No clock (time is {@code tick()}), no thread, no chance, no log line and no file: the host does all of that. Source:
 * Ng, Haridi, Carbone, "Omni-Paxos: Breaking the Barriers of Partial Connectivity", EuroSys 2023.
 */
@org.jspecify.annotations.NullMarked
package io.omnisql.omnipaxos;
