package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The configurations of a run, as the decided log tells them, and which of its slots belongs to which. */
final class ConfigurationChain {
    /** Ballots of one configuration before those of the next. */
    static final Comparator<Ballot> BALLOTS =
            Comparator.comparingLong(Ballot::configurationId).thenComparing(Comparator.naturalOrder());

    private record Link(Configuration configuration, int since) {}

    private final List<Link> links = new ArrayList<>();

    ConfigurationChain(Configuration first) {
        links.add(new Link(first, 0));
    }

    /** G5: a stop sign ends its configuration for all and names the next. */
    void onDecided(int slot, Entry entry) {
        if (entry instanceof Entry.StopSign(Configuration next)) {
            SafetyChecker.check(
                    next.id() == latest().id() + 1,
                    "G5 slot %d: configuration %d after %d",
                    slot,
                    next.id(),
                    latest().id());
            links.add(new Link(next, slot + 1));
        }
    }

    Configuration latest() {
        return links.getLast().configuration;
    }

    int changes() {
        return links.size() - 1;
    }

    Configuration ofSlot(int slot) {
        return links.get(place(slot)).configuration;
    }

    /** Where the configuration of that slot ends, or {@code otherwise} when it goes on. */
    int endOf(int slot, int otherwise) {
        int next = place(slot) + 1;
        return next < links.size() ? links.get(next).since : otherwise;
    }

    private int place(int slot) {
        int place = links.size() - 1;
        while (links.get(place).since > slot) {
            place--;
        }
        return place;
    }
}
