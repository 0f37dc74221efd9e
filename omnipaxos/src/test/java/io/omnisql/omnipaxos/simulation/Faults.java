package io.omnisql.omnipaxos.simulation;

import java.util.List;

/**
 * What may go wrong, and how often. Times are mean distances in ticks, 0 for never.
 *
 * @param loss share of messages that vanish
 * @param duplication share of messages that arrive twice, the second time much later
 * @param fifo messages of one link keep their order, and those under way when it breaks are lost (as over TCP); else neither
 * @param cutTicks between two changes of the network
 * @param crashTicks between two crashes
 * @param takeoverTicks between two manual changes of priority or leadership
 * @param trimTicks between two trims of a log
 * @param changeTicks between two changes of the membership: a new node, or another configuration
 * @param lossTicks between two losses of a disk
 * @param hangTicks between two disks that answer no more, until their hosts give them up
 */
public record Faults(
        String name,
        double loss,
        double duplication,
        boolean fifo,
        int cutTicks,
        int crashTicks,
        int takeoverTicks,
        int trimTicks,
        int changeTicks,
        int lossTicks,
        int hangTicks) {

    public static final Faults NONE = new Faults("NONE", 0, 0, true, 0, 0, 0, 0, 0, 0, 0);
    public static final Faults LOSS = new Faults("LOSS", 0.1, 0, true, 0, 0, 0, 0, 0, 0, 0);
    public static final Faults TAKEOVERS = new Faults("TAKEOVERS", 0.01, 0, true, 0, 0, 30, 0, 0, 0, 0);
    public static final Faults CUTS = new Faults("CUTS", 0, 0, true, 60, 0, 0, 0, 0, 0, 0);
    public static final Faults CRASHES = new Faults("CRASHES", 0, 0, true, 0, 60, 0, 0, 0, 0, 0);
    public static final Faults CRASHES_AND_CUTS = new Faults("CRASHES_AND_CUTS", 0, 0, true, 80, 80, 200, 60, 0, 0, 0);
    public static final Faults REORDERING = new Faults("REORDERING", 0, 0.1, false, 0, 0, 100, 0, 0, 0, 0);
    public static final Faults CHAOS = new Faults("CHAOS", 0.08, 0.08, false, 80, 0, 150, 40, 100, 0, 0);
    public static final Faults TRIMS = new Faults("TRIMS", 0.01, 0, true, 60, 100, 100, 10, 0, 0, 0);
    public static final Faults CHANGES = new Faults("CHANGES", 0, 0, true, 0, 0, 0, 0, 40, 0, 0);
    public static final Faults CHANGES_AND_CRASHES =
            new Faults("CHANGES_AND_CRASHES", 0, 0, true, 80, 80, 0, 60, 60, 150, 0);
    public static final Faults STATES = new Faults("STATES", 0.02, 0, true, 25, 0, 20, 4, 0, 0, 0);
    public static final Faults STRANDING = new Faults("STRANDING", 0.02, 0, true, 40, 40, 15, 0, 0, 0, 0);
    public static final Faults HANGS = new Faults("HANGS", 0, 0, true, 60, 60, 60, 0, 0, 0, 50);
    public static final Faults ALL = new Faults("ALL", 0.05, 0.05, false, 100, 100, 150, 40, 80, 200, 300);

    /** All mixes, from mild to wild. */
    public static final List<Faults> MIXES = List.of(
            NONE,
            LOSS,
            TAKEOVERS,
            CUTS,
            CRASHES,
            CRASHES_AND_CUTS,
            REORDERING,
            CHAOS,
            TRIMS,
            CHANGES,
            CHANGES_AND_CRASHES,
            STRANDING,
            STATES,
            HANGS,
            ALL);

    static Faults named(String name) {
        return MIXES.stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No such mix of faults: " + name));
    }
}
