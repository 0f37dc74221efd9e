package io.omnisql.client.consistency;

import java.util.List;
import java.util.SplittableRandom;

/**
 * What clients do to one table, and what its history must look like. Rows belong to one run by its tag, so runs do not disturb
 * each other and nothing need be deleted first. Calls come from several threads.
 */
sealed interface Workload permits BankWorkload, SetWorkload, RegisterWorkload, AppendWorkload {
    /** Statements that may be run more than once, before the first operation. */
    List<String> setUp();

    /** Operation {@code number} of the run, counted from 0 over all processes. */
    Call next(long number, SplittableRandom random);

    /** An operation has ended. */
    void ended(Operation operation);

    /** What is read at every node in the end. */
    List<Call> finalReads();

    /**
     * What is wrong with the history, one explanation each.
     *
     * @param readsAreLinearizable whether plain reads must see what was acknowledged before they began; final reads always must
     */
    List<String> violations(List<Operation> history, boolean readsAreLinearizable);
}
