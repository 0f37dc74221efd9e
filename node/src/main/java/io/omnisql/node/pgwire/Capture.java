package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one unit (up to Sync) that the cluster executes together, and everything that the client shall hear in the order
 * of its messages: what PostgreSQL answers to messages behind the first captured Execute has to wait for that one's result.
 */
final class Capture {
    private final List<Part> parts = new ArrayList<>();
    private final List<Portal> portals = new ArrayList<>();
    private byte @Nullable [] error;
    private long bytes;
    private int told;

    private sealed interface Part {
        /** What PostgreSQL answers to one message; filled in when it comes. */
        record Answer(List<ByteBuffer> bytes) implements Part {}

        /** A statement that PostgreSQL has prepared, which the client does not know unless it hears of it. */
        record Preparation(String name) implements Part {}

        record Executed(Portal portal, int rowsMax) implements Part {}
    }

    void execute(Portal portal, int rowsMax) {
        if (portals.contains(portal)) {
            failIfRunOut(portal);
        } else {
            portals.add(portal);
            bytes += portal.bytes();
        }
        parts.add(new Part.Executed(portal, rowsMax));
    }

    private void failIfRunOut(Portal portal) {
        if (!portal.mayRunAgain()) {
            fail(Answers.error(Answers.portalRunOut(portal.bind().portal())));
        }
    }

    /** A place for PostgreSQL's answer to the message that is sent now. */
    Consumer<ByteBuffer> placeForAnswer() {
        List<ByteBuffer> answer = new ArrayList<>();
        parts.add(new Part.Answer(answer));
        return answer::add;
    }

    /** PostgreSQL has prepared a statement behind what was captured; its answer is the next to be told. */
    void prepared(String name) {
        parts.add(new Part.Preparation(name));
    }

    /** The statements whose preparation the client was not told: for it, an earlier message of the unit failed. */
    List<String> untoldStatements() {
        return parts.subList(told, parts.size()).stream()
                .filter(Part.Preparation.class::isInstance)
                .map(part -> ((Part.Preparation) part).name())
                .toList();
    }

    /** The unit failed before it was executed: nothing of it is done, and this is what the client hears instead. The first one counts. */
    void fail(byte[] encodedError) {
        if (error == null) {
            error = encodedError;
        }
    }

    byte @Nullable [] error() {
        return error;
    }

    long bytes() {
        return bytes;
    }

    /** Why its parameters cannot travel; null when they can. Known once PostgreSQL has described them. */
    @Nullable
    SqlError obstacle() {
        return portals.stream()
                .map(Portal::obstacle)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    List<WriteStatement> statements() {
        return portals.stream().map(Portal::travelling).toList();
    }

    /** What the leading comment of the first statement that has one asks for. */
    Map<String, String> hints() {
        for (Portal portal : portals) {
            Classified statement = portal.statement();
            if (statement != null && !statement.hints().isEmpty()) {
                return statement.hints();
            }
        }
        return Map.of();
    }

    /** Tells the client everything in order, up to the first error; false when there was one. */
    boolean tell(List<StatementResult> results, Consumer<ByteBuffer> client) {
        for (int i = 0; i < portals.size() && i < results.size(); i++) {
            portals.get(i).result(new PortalResult(results.get(i)));
        }
        for (Part part : parts) {
            switch (part) {
                case Part.Preparation ignored -> {}
                case Part.Answer(List<ByteBuffer> answer) -> answer.forEach(client);
                case Part.Executed(Portal portal, int rowsMax) -> {
                    PortalResult result = portal.result();
                    if (result == null) {
                        return false;
                    }
                    result.execute(rowsMax, client);
                    if (result.isError()) {
                        return false;
                    }
                }
            }
            told++;
        }
        return true;
    }
}
