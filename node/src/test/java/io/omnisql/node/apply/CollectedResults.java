package io.omnisql.node.apply;

import io.omnisql.node.gateway.AppliedResult;
import io.omnisql.node.gateway.AppliedResults;
import io.omnisql.node.sql.RequestId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits for whatever a test asks for. */
final class CollectedResults implements AppliedResults {
    private final Map<RequestId, CompletableFuture<AppliedResult>> awaited = new ConcurrentHashMap<>();
    private final Map<RequestId, AppliedResult> early = new ConcurrentHashMap<>();
    private final Set<RequestId> givenUp = ConcurrentHashMap.newKeySet();

    CompletableFuture<AppliedResult> expect(RequestId id) {
        var future = new CompletableFuture<AppliedResult>();
        awaited.put(id, future);
        return future;
    }

    static AppliedResult get(CompletableFuture<AppliedResult> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    @Override
    public boolean isAwaited(RequestId requestId) {
        return awaited.containsKey(requestId);
    }

    /** What was told of this command before it was applied; null when nothing was. */
    @Nullable
    AppliedResult early(RequestId id) {
        return early.get(id);
    }

    /** The client of this command does not want it any more. */
    void giveUp(RequestId id) {
        givenUp.add(id);
    }

    @Override
    public boolean isGivenUp(RequestId requestId) {
        return givenUp.contains(requestId);
    }

    @Override
    public boolean isAnyAwaited() {
        return !awaited.isEmpty();
    }

    @Override
    public void executed(RequestId requestId, AppliedResult result) {
        early.put(requestId, result);
    }

    @Override
    public void applied(RequestId requestId, AppliedResult result) {
        CompletableFuture<AppliedResult> future = awaited.remove(requestId);
        if (future != null) {
            future.complete(result);
        }
    }
}
