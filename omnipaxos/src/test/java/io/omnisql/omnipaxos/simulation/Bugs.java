package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Output;
import io.omnisql.omnipaxos.Output.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Mistakes that a core or a host could make. Each is an instance of its own, for it may remember what it saw. */
final class Bugs {
    private Bugs() {}

    /** The promise never reaches the disk. */
    static final class ForgottenPromise implements Mutation {
        @Override
        public Output output(NodeId node, Output output) {
            List<LogWrite> writes = output.writes().stream()
                    .filter(each -> !(each instanceof LogWrite.SetPromise))
                    .toList();
            return withWrites(output, writes);
        }
    }

    /** The accepted round never reaches the disk: after a crash the log seems to be of an older round. */
    static final class ForgottenRound implements Mutation {
        @Override
        public Output output(NodeId node, Output output) {
            List<LogWrite> writes = output.writes().stream()
                    .filter(each -> !(each instanceof LogWrite.SetAcceptedRound))
                    .toList();
            return withWrites(output, writes);
        }
    }

    /** Followers acknowledge entries before they are on disk. */
    static final class HastyAcknowledgement implements Mutation {
        @Override
        public Output output(NodeId node, Output output) {
            return hasten(output, each -> each.message() instanceof Message.Accepted);
        }
    }

    /** Followers promise before the promise is on disk. */
    static final class HastyPromise implements Mutation {
        @Override
        public Output output(NodeId node, Output output) {
            return hasten(output, each -> each.message() instanceof Message.Promise);
        }
    }

    /** The disk says "durable" when it was only asked to write. */
    static final class LyingDisk implements Mutation {
        @Override
        public boolean liesAboutDurability() {
            return true;
        }
    }

    /** Every tenth AcceptDecide arrives without its entries, so the sequence numbers look perfect. */
    static final class SwallowedEntries implements Mutation {
        private int count;

        @Override
        public Message delivered(NodeId from, NodeId to, Message message) {
            if (message instanceof Message.AcceptDecide full && ++count % 10 == 0) {
                return new Message.AcceptDecide(full.ballot(), full.sequence(), full.decidedIndex(), List.of());
            }
            return message;
        }
    }

    /** A leader adds an entry to a message that it has sent already, as if the first copy were still in its queue. */
    static final class EditedMessage implements Mutation {
        private int count;

        @Override
        public Output output(NodeId node, Output output) {
            List<Outgoing> immediate = new ArrayList<>();
            for (Outgoing each : output.immediate()) {
                immediate.add(each);
                if (each.message() instanceof Message.AcceptDecide full && ++count % 10 == 0) {
                    immediate.add(new Outgoing(each.to(), edited(full)));
                }
            }
            return withMessages(output, immediate, output.afterDurable());
        }

        private static Message edited(Message.AcceptDecide message) {
            List<Entry> entries = new ArrayList<>(message.entries());
            entries.addAll(message.entries());
            return new Message.AcceptDecide(message.ballot(), message.sequence(), message.decidedIndex(), entries);
        }
    }

    /** The content of the first AcceptSync of a round is sent again under the number of a later one. */
    static final class StaleSync implements Mutation {
        private final Map<String, Message.AcceptSync> first = new TreeMap<>();

        @Override
        public Message delivered(NodeId from, NodeId to, Message message) {
            if (message instanceof Message.AcceptSync sync) {
                Message.AcceptSync old = first.putIfAbsent(to + " " + sync.ballot(), sync);
                return old == null
                        ? sync
                        : new Message.AcceptSync(sync.ballot(), sync.sequence(), old.decidedIndex(), old.sync());
            }
            return message;
        }
    }

    /** A leader answers reads without asking whether it still leads. */
    static final class UnconfirmedReads implements Mutation {
        @Override
        public @Nullable Message forgedAnswer(NodeId to, Message message) {
            return message instanceof Message.ConfirmRound question
                    ? new Message.RoundConfirmed(question.ballot(), question.confirmation())
                    : null;
        }
    }

    /** A leader counts a follower as soon as it has sent something to it. */
    static final class AssumedAcknowledgement implements Mutation {
        @Override
        public Message delivered(NodeId from, NodeId to, Message message) {
            return message instanceof Message.Accepted accepted
                    ? new Message.Accepted(accepted.ballot(), accepted.acceptedIndex() + 1)
                    : message;
        }
    }

    /** A node that comes back has lost the end of its log, though it was durable. */
    static final class TornLog implements Mutation {
        @Override
        public Output output(NodeId node, Output output) {
            List<LogWrite> writes = output.writes().stream()
                    .map(each -> each instanceof LogWrite.AppendEntries append
                                    && append.entries().size() > 1
                            ? new LogWrite.AppendEntries(
                                    append.from(), append.entries().subList(0, 1))
                            : each)
                    .toList();
            return withWrites(output, writes);
        }
    }

    /** The same bug, watched only from outside. */
    record SeenFromOutside(Mutation bug) implements Mutation {
        @Override
        public Output output(NodeId node, Output output) {
            return bug.output(node, output);
        }

        @Override
        public @Nullable Message delivered(NodeId from, NodeId to, Message message) {
            return bug.delivered(from, to, message);
        }

        @Override
        public @Nullable Message forgedAnswer(NodeId to, Message message) {
            return bug.forgedAnswer(to, message);
        }

        @Override
        public boolean liesAboutDurability() {
            return bug.liesAboutDurability();
        }

        @Override
        public boolean isJudgedByOutcomes() {
            return true;
        }
    }

    private static Output hasten(Output output, Predicate<Outgoing> which) {
        List<Outgoing> immediate = new ArrayList<>(output.immediate());
        output.afterDurable().stream().filter(which).forEach(immediate::add);
        List<Outgoing> afterDurable =
                output.afterDurable().stream().filter(which.negate()).toList();
        return withMessages(output, immediate, afterDurable);
    }

    private static Output withWrites(Output output, List<LogWrite> writes) {
        return new Output(
                output.token(),
                writes,
                output.immediate(),
                output.afterDurable(),
                output.decidedFrom(),
                output.decided(),
                output.catchUps(),
                output.snapshotsRequired(),
                output.reads(),
                output.proposals());
    }

    private static Output withMessages(Output output, List<Outgoing> immediate, List<Outgoing> afterDurable) {
        return new Output(
                output.token(),
                output.writes(),
                immediate,
                afterDurable,
                output.decidedFrom(),
                output.decided(),
                output.catchUps(),
                output.snapshotsRequired(),
                output.reads(),
                output.proposals());
    }
}
