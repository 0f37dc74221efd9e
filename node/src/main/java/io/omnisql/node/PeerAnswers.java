package io.omnisql.node;

import io.omnisql.node.apply.PostgresApplier;
import io.omnisql.node.gateway.Gateway;
import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.membership.HandOver;
import io.omnisql.node.membership.Progress;
import io.omnisql.omnipaxos.NodeId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Brings peers' questions to the room that answers them. */
record PeerAnswers(
        Gateway gateway, NodeSnapshots snapshots, HandOver handOver, Progress progress, PostgresApplier applier)
        implements PeerCalls.Handler {
    @Override
    public CompletionStage<byte[]> handle(NodeId from, PeerCalls.Kind kind, byte[] payload) {
        return switch (kind) {
            case READ_AT_LEADER, DIGESTS, READ_INDEX -> gateway.handle(from, kind, payload);
            case SNAPSHOT_OPEN, SNAPSHOT_READ -> snapshots.handle(from, kind, payload);
            case HAND_OVER -> CompletableFuture.completedFuture(handOver.answer(payload));
            case PROGRESS -> CompletableFuture.completedFuture(progress.answer());
            case HOLD -> applier.hold(payload);
        };
    }
}
