package io.omnisql.omnipaxos.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plants mistakes in the core's own sources, one at a time, and lets the simulator look for them: a line of the protocol that can be
 * wrong without anybody's noticing is not tested. The known faults of other implementations come first (F, see
 * docs/architecture/omnipaxos.md), then some of our own.
 */
class MutantsTest {
    private static final int SEEDS_MAX = 500;
    private static final Path SOURCES = Path.of("src/main/java/io/omnisql/omnipaxos");

    @TempDir
    Path folder;

    /**
     * A mistake.
     *
     * @param storm the mix of faults that can bring it to light, or null for all of them by turns
     */
    record Mutant(String name, @Nullable String storm, List<Edit> edits) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** One line of a source, and what it is replaced by. */
    record Edit(String file, String line, String replacement) {}

    private static Mutant mutant(String name, String file, String line, String replacement) {
        return new Mutant(name, null, List.of(new Edit(file, line, replacement)));
    }

    static Stream<Mutant> mutants() {
        return Stream.of(inStreams(), inRepairsAndQuorums(), inPromisesAndReads())
                .flatMap(List::stream);
    }

    private static List<Mutant> inStreams() {
        return List.of(
                mutant(
                        "F1 entries are skipped without notice",
                        "Follower",
                        "if (arrived.equals(sequence.next())) {",
                        "if (arrived.compareTo(sequence) > 0) {"),
                mutant(
                        "F2 a stale AcceptSync is taken",
                        "Follower",
                        "return !hasHole && !shrinksDecided && !shrinksAcknowledged;",
                        "return !hasHole && !shrinksDecided;"),
                mutant(
                        "F3 a state does not cover what it says",
                        "SequencePaxos",
                        "acceptor().installSnapshot(mark);",
                        "acceptor().installSnapshot(new SnapshotMark("
                                + "mark.index() + 1, mark.configuration(), mark.ballot()));"),
                mutant(
                        "F4 decided entries do not replace conflicting ones",
                        "Acceptor",
                        "if (slot < end) {",
                        "if (slot < end && slot == log.acceptedIndex()) {"),
                mutant(
                        "F5 a leader goes on behind a stop sign",
                        "Leader",
                        "if (!accepting || log().isSealed()) {",
                        "if (!accepting) {"),
                new Mutant(
                        "F6 the decided index falls",
                        null,
                        List.of(
                                new Edit(
                                        "ReplicatedLog",
                                        "decidedIndex = Math.max(decidedIndex, index);",
                                        "decidedIndex = index;"),
                                new Edit(
                                        "Shared",
                                        "if (decidedIndex > log().decidedIndex()) {",
                                        "if (decidedIndex != log().decidedIndex()) {"))),
                mutant(
                        "F7 trimmed entries are asked of the host",
                        "Shared",
                        "if (from < log().compactedIndex()) {",
                        "if (from < 0) {"));
    }

    private static List<Mutant> inRepairsAndQuorums() {
        return List.of(
                mutant(
                        "F8 a Prepare of the promised ballot is ignored in the accept phase",
                        "SequencePaxos",
                        "if (order < 0 || !isOfItsLeader) {",
                        "if (order < 0 || !isOfItsLeader || (order == 0 && phase() == Phase.ACCEPT)) {"),
                mutant(
                        "more is undecided than one message can carry",
                        "Leader",
                        "return waitingBytes == 0",
                        "return waitingBytes >= 0"),
                mutant(
                        "F9 a lost tail is not repaired",
                        "Leader",
                        "shared.outbox().send(member, probe);",
                        "java.util.Objects.requireNonNull(probe);"),
                new Mutant(
                        "F10 a stranded promise is not rescued",
                        "STRANDING",
                        List.of(new Edit("BallotLeaderElection", "if (stranded >= 0) {", "if (stranded < -1) {"))),
                mutant(
                        "F11 too few make a quorum",
                        "AcceptedIndexes",
                        "return ascending[ascending.length - quorum];",
                        "return ascending[Math.min(ascending.length - 1, ascending.length - quorum + 1)];"),
                mutant(
                        "F14 what is held behind a stop sign never ends",
                        "Leader",
                        "takeBuffered().forEach(this::refuse);",
                        "takeBuffered().size();"),
                mutant(
                        "F16 messages of other configurations are taken",
                        "OmniPaxos",
                        "if (voter != null && message.configurationId() == configuration().id()) {",
                        "if (voter != null) {"));
    }

    private static List<Mutant> inPromisesAndReads() {
        return List.of(
                mutant(
                        "an emptied disk votes",
                        "Standing",
                        "return configuration.id() >= votesFrom && configuration.replicas().contains(self);",
                        "return configuration.replicas().contains(self);"),
                mutant(
                        "the next configuration begins before the stop sign is decided",
                        "ReplicatedLog",
                        "return lastStopSign != null && decidedIndex == acceptedIndex;",
                        "return lastStopSign != null;"),
                mutant(
                        "the own vote counts before it is on disk",
                        "Acceptor",
                        "return durability.durableRound().equals(round) ? durability.durableIndex() : 0;",
                        "return log.acceptedIndex();"),
                mutant(
                        "more is trimmed than is durable",
                        "OmniPaxos",
                        "log.compact(Math.min(index, Math.min(acceptor.readableIndex(), toldDecidedIndex)));",
                        "log.compact(Math.min(index, log.decidedIndex()));"),
                mutant(
                        "reads do not wait for what earlier rounds decided",
                        "ReadIndexes",
                        "&& shared.log().decidedIndex() >= roundStartIndex",
                        "&& roundStartIndex >= 0"),
                mutant(
                        "a read needs nobody's confirmation",
                        "ReadIndexes",
                        "if (words >= confirmationsNeeded) {",
                        "if (words >= 1) {"),
                mutant(
                        "a leader's word about a read counts twice",
                        "ReadIndexes",
                        "(isOwn(read) ? 1 : 2) >= confirmationsNeeded",
                        "2 >= confirmationsNeeded"),
                mutant(
                        "a candidate adopts its own log",
                        "Promises",
                        "if (states[member] == State.PROMISED && promise != null && isBetter(promise, best)) {",
                        "if (states[member] == State.PROMISED && promise == null) {"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void isFound(Mutant mutant) throws Exception {
        compile(mutant);

        String found = runIn(folder, mutant.storm());

        System.out.printf("Mutant: %s: %s%n", mutant, found.isEmpty() ? "not found" : found);
        assertThat(found).as(mutant.toString()).isNotEmpty();
    }

    private void compile(Mutant mutant) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none", "-nowarn", "-d", folder.toString(), "-cp", System.getProperty("java.class.path")));
        for (Edit edit : mutant.edits()) {
            Path original = SOURCES.resolve(edit.file() + ".java");
            String source = Files.readString(original);
            assertThat(source.split(Pattern.quote(edit.line()), -1))
                    .as("the line occurs once in " + original)
                    .hasSize(2);
            Path changed = folder.resolve(edit.file() + ".java");
            Files.writeString(changed, source.replace(edit.line(), edit.replacement()));
            arguments.add(changed.toString());
        }
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(result).as("it compiles").isZero();
    }

    private static String runIn(Path classes, @Nullable String storm) throws Exception {
        List<URL> path = new ArrayList<>();
        path.add(classes.toUri().toURL());
        path.add(Simulation.class.getProtectionDomain().getCodeSource().getLocation());
        path.add(io.omnisql.omnipaxos.OmniPaxos.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation());
        try (var world = new World(path.toArray(URL[]::new))) {
            Object found = world.loadClass(MutantRun.class.getName())
                    .getMethod("find", String.class, long.class, int.class)
                    .invoke(null, storm, Seeds.base(), SEEDS_MAX);
            return String.valueOf(found);
        }
    }

    /** Loads the protocol and the simulator anew; all else is shared. */
    private static final class World extends URLClassLoader {
        World(URL[] path) {
            super(path, MutantsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.omnisql.omnipaxos.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }
}
