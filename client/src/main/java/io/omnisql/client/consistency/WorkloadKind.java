package io.omnisql.client.consistency;

import java.util.List;

/** The consistency workloads to choose from. */
public enum WorkloadKind {
    /** Transfers between accounts; the total is constant. */
    BANK,
    /** Unique inserts; none is lost, none is done twice. */
    SET,
    /** Reads, writes and compare-and-sets; the history is linearizable. */
    REGISTER,
    /** Appends to lists; nothing is lost, all see one order. */
    APPEND;

    Workload workload(String run) {
        return switch (this) {
            case BANK -> new BankWorkload(run);
            case SET -> new SetWorkload(run);
            case REGISTER -> new RegisterWorkload(run);
            case APPEND -> new AppendWorkload(run);
        };
    }

    /** What is wrong with a recorded history of this workload, one explanation each; see {@link History#read}. */
    public List<String> violations(List<Operation> history, boolean readsAreLinearizable) {
        return workload("").violations(history, readsAreLinearizable);
    }
}
