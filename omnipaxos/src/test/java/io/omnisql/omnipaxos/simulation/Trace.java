package io.omnisql.omnipaxos.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The last things that happened, for the message of a failure; {@code -Dtrace=N} keeps N. Text is made when it is read. */
final class Trace {
    private static final int LINES_MAX = Integer.getInteger("trace", 120);
    private static final int LINE_LENGTH_MAX = 400;

    private final Agenda agenda;
    private final Deque<Line> lines = new ArrayDeque<>();

    private record Line(long time, String event, List<Object> details) {
        @Override
        public String toString() {
            String line = "%8d  %s".formatted(time, brief(event.formatted(details.toArray())));
            return line.length() <= LINE_LENGTH_MAX ? line : line.substring(0, LINE_LENGTH_MAX) + "…";
        }
    }

    private static final Pattern BALLOT =
            Pattern.compile("Ballot\\[configurationId=\\d+, number=(\\d+), priority=(-?\\d+), node=(\\d+)]");
    private static final Pattern CONFIGURATION =
            Pattern.compile("Configuration\\[id=(\\d+), replicas=(\\[[^]]*]), quorum=[^]]*], metadata=[^]]*]");
    private static final Pattern SEQUENCE = Pattern.compile("Sequence\\[session=(\\d+), counter=(\\d+)]");

    /** Ballots as number.priority.node and sequences as session:counter. */
    static String brief(String text) {
        String shorter = BALLOT.matcher(text).replaceAll("$1.$2.$3");
        String shortest = CONFIGURATION.matcher(shorter).replaceAll("c$1$2");
        return SEQUENCE.matcher(shortest).replaceAll("$1:$2");
    }

    Trace(Agenda agenda) {
        this.agenda = agenda;
    }

    void add(String event, Object... details) {
        if (lines.size() == LINES_MAX) {
            lines.removeFirst();
        }
        lines.addLast(new Line(agenda.now(), event, List.of(details)));
    }

    /** Oldest first. */
    String tail() {
        return lines.stream().map(Line::toString).collect(Collectors.joining("\n"));
    }
}
