/**
 * A cluster of replicas in one thread: modelled network, modelled disks and modelled clients, all drawn from one seed, and the
 * checkers that watch it. {@link io.omnisql.omnipaxos.simulation.HistoryChecker} is used by other modules too.
 */
@org.jspecify.annotations.NullMarked
package io.omnisql.omnipaxos.simulation;
