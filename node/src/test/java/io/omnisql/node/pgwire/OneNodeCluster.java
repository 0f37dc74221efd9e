package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.AppliedResult;
import io.omnisql.node.gateway.ClientFacts;
import io.omnisql.node.gateway.ReadAnswer;
import io.omnisql.node.gateway.ReadGrant;
import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.ReadRequest;
import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.gateway.WriteCommand;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import io.omnisql.node.gateway.WriteOutcome;
import io.omnisql.node.pgprotocol.BackendDecoder;
import io.omnisql.node.pgprotocol.BackendMessage;
import io.omnisql.node.pgprotocol.BackendMessage.ErrorResponse;
import io.omnisql.node.pgprotocol.FrontendMessage.Bind;
import io.omnisql.node.pgprotocol.FrontendMessage.Describe;
import io.omnisql.node.pgprotocol.FrontendMessage.Execute;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.FrontendMessage.Sync;
import io.omnisql.node.pgprotocol.FrontendMessage.Target;
import io.omnisql.node.pgprotocol.Piece;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import io.omnisql.omnipaxos.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of one without a log: commands are executed one after the other, each in a transaction of the same PostgreSQL that the
 * clients read from, over its private socket.
 */
final class OneNodeCluster implements ClusterStatements, AutoCloseable {
    private final SocketAddress postgres;
    private final ExecutorService applier = Executors.newSingleThreadExecutor();
    private final Map<String, FrameClient> writers = new HashMap<>();
    private final List<WriteCommand> commands = new CopyOnWriteArrayList<>();
    private final List<ReadRequest> reads = new CopyOnWriteArrayList<>();
    private final Set<Thread> callers = ConcurrentHashMap.newKeySet();
    /** A test takes the permit away to make writes wait. */
    final Semaphore writesAllowed = new Semaphore(1);

    private volatile boolean isFollower;
    private final AtomicLong appliedIndex = new AtomicLong();

    OneNodeCluster(SocketAddress postgres) {
        this.postgres = postgres;
    }

    /** What went through the log so far. */
    List<WriteCommand> commands() {
        return commands;
    }

    /** The event loops that commands came from. */
    Set<Thread> callers() {
        return callers;
    }

    List<ReadRequest> reads() {
        return reads;
    }

    void becomeFollower() {
        isFollower = true;
    }

    @Override
    public CompletionStage<WriteOutcome> write(WriteCommand command) {
        commands.add(command);
        callers.add(Thread.currentThread());
        return CompletableFuture.supplyAsync(() -> applied(command), applier);
    }

    private WriteOutcome applied(WriteCommand command) {
        writesAllowed.acquireUninterruptibly();
        try {
            List<StatementResult> results = executed(command.client(), command.statements(), "BEGIN READ WRITE");
            long applied = appliedIndex.incrementAndGet();
            return new WriteOutcome.Applied(new AppliedResult(applied - 1, applied, results));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            writesAllowed.release();
        }
    }

    @Override
    public CompletionStage<ReadGrant> awaitRead(ReadRequest request) {
        reads.add(request);
        if (isFollower && request.level() == ReadLevel.LEADER && !request.isHere()) {
            return CompletableFuture.completedFuture(new ReadGrant.AtLeader(new NodeId(2)));
        }
        return request.level() == ReadLevel.LOCAL
                ? CompletableFuture.completedFuture(new ReadGrant.Local(appliedIndex.get()))
                : CompletableFuture.supplyAsync(() -> new ReadGrant.Local(appliedIndex.get()));
    }

    @Override
    public CompletionStage<ReadAnswer> readAtLeader(Reading reading, ReadRequest request) {
        var facts = new ClientFacts(reading.sessionUser(), reading.role(), new TreeMap<>(reading.settings()));
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new ReadAnswer.Results(executed(
                                facts,
                                reading.statements().stream()
                                        .map(OneNodeCluster::plain)
                                        .toList(),
                                "BEGIN READ ONLY"));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                applier);
    }

    private static WriteStatement plain(ReplicatedStatement statement) {
        return new WriteStatement(statement.sql(), statement.parameters(), statement.resultFormats());
    }

    private List<StatementResult> executed(ClientFacts client, List<WriteStatement> statements, String begin)
            throws IOException {
        FrameClient writer = writers.get(client.sessionUser());
        if (writer == null) {
            writer = FrameClient.open(postgres, client.sessionUser(), "", Map.of());
            writers.put(client.sessionUser(), writer);
        }
        writer.query(begin);
        writer.query("SET LOCAL ROLE \"" + client.role() + "\"");
        for (Map.Entry<String, String> setting : client.settings().entrySet()) {
            writer.query("SELECT set_config('" + setting.getKey() + "', '" + setting.getValue() + "', true)");
        }
        List<StatementResult> results = new ArrayList<>();
        boolean failed = false;
        for (WriteStatement statement : statements) {
            StatementResult result = result(writer, statement);
            results.add(result);
            failed = result.isError();
            if (failed) {
                break;
            }
        }
        writer.query(failed ? "ROLLBACK" : "COMMIT");
        return results;
    }

    @SuppressWarnings("NullAway") // It does not see in class files that a list's arrays may be null.
    private static StatementResult result(FrameClient writer, WriteStatement statement) throws IOException {
        List<Parameter> given = statement.parameters();
        List<byte @Nullable []> values = new ArrayList<>();
        given.forEach(parameter -> values.add(parameter.value()));
        writer.send(
                new Parse(
                        "", statement.sql(), given.stream().map(Parameter::type).toList()),
                new Bind("", "", given.stream().map(Parameter::format).toList(), values, statement.resultFormats()),
                new Describe(Target.PORTAL, ""),
                new Execute("", 0),
                new Sync());
        return collected(writer);
    }

    private static StatementResult collected(FrameClient writer) throws IOException {
        var wire = new ByteArrayOutputStream();
        String sqlState = null;
        while (true) {
            Piece.Frame frame = writer.nextFrame();
            BackendMessage message = BackendDecoder.UTF_8.decode(frame.type(), frame.body());
            if (message instanceof BackendMessage.ReadyForQuery) {
                return new StatementResult(wire.toByteArray(), sqlState);
            }
            if (message instanceof ErrorResponse error) {
                sqlState = error.fields().sqlState();
            }
            if ("TDCINE".indexOf(frame.type()) >= 0) {
                byte[] bytes = new byte[frame.bytes().remaining()];
                frame.bytes().duplicate().get(bytes);
                wire.writeBytes(bytes);
            }
        }
    }

    @Override
    public void close() throws IOException {
        applier.shutdownNow();
        for (FrameClient writer : writers.values()) {
            writer.close();
        }
    }
}
