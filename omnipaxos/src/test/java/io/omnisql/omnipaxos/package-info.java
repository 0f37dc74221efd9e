/** Tests of the core: units, stories between replicas played message by message, and the rules of the house. */
@org.jspecify.annotations.NullMarked
package io.omnisql.omnipaxos;
