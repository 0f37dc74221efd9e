package io.omnisql.node.apply;

import io.omnisql.node.Limits;
import io.omnisql.node.gateway.AppliedResult;
import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.TestPostgres;
import io.omnisql.node.replica.AppliedIndex;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One node's applier with its PostgreSQL and a log, for tests: table {@code t}, role {@code app}. */
final class AppliedNode implements AutoCloseable {
    final TestPostgres postgres;
    final ListedLog log;
    final AppliedIndex appliedIndex = new AppliedIndex(1_000);
    final CollectedResults results = new CollectedResults();
    /** The other members, and how they answer. */
    volatile List<NodeId> others = List.of();

    volatile PeerCalls peers =
            (peer, kind, payload, timeout) -> CompletableFuture.failedFuture(new IOException("No such peer"));
    private final Limits limits;
    private PostgresApplier applier;

    private AppliedNode(TestPostgres postgres, ListedLog log, Limits limits) throws IOException {
        this.postgres = postgres;
        this.log = log;
        this.limits = limits;
        this.applier = newApplier();
    }

    static AppliedNode start() throws IOException {
        return start(Limits.defaults());
    }

    static AppliedNode start(Limits limits) throws IOException {
        TestPostgres postgres = TestPostgres.start();
        DatabaseBootstrap.prepare(postgres.instance());
        try (PostgresSession session = postgres.session(DatabaseBootstrap.DATABASE)) {
            session.execute("CREATE ROLE app LOGIN CREATEROLE; ALTER DATABASE omnisql OWNER TO app");
        }
        var node = new AppliedNode(postgres, new ListedLog(), limits);
        node.apply(Commands.id(-1).ddl("CREATE TABLE t (k int PRIMARY KEY, v text)"));
        return node;
    }

    static Limits limits(int groupMax, long window, long queueBytes) {
        return limits(groupMax, window, queueBytes, Limits.defaults().keyWindowSlots());
    }

    static Limits limits(int groupMax, long window, long queueBytes, long keyWindow) {
        Limits d = Limits.defaults();
        return new Limits(
                d.entryBytesMax(),
                d.frameBytesMax(),
                d.clientMessageBytesMax(),
                d.resultBytesMax(),
                d.clientConnectionsMax(),
                d.httpRequestsMax(),
                d.writesInFlightMax(),
                d.mailboxMax(),
                d.appliedWaitersMax(),
                d.peerQueueBytesMax(),
                queueBytes,
                groupMax,
                window,
                keyWindow);
    }

    PostgresApplier applier() {
        return applier;
    }

    /** A new life of the node over the same PostgreSQL and log. */
    void restart() throws IOException {
        restart(0);
    }

    /** The same, which is told nothing of what was decided before that slot: it has to read its log. */
    void restart(int toldFrom) throws IOException {
        applier.close();
        applier = newApplier();
        List<Entry> all = log.all();
        applier.decided(toldFrom, all.subList(toldFrom, all.size()));
    }

    /** Decides an entry that is no command, without waiting. */
    synchronized void decided(Entry entry) {
        applier.decided(log.add(entry), List.of(entry));
    }

    /** Decides without waiting. */
    synchronized void decide(Commands... commands) {
        Entry[] entries = Arrays.stream(commands).map(Commands::entry).toArray(Entry[]::new);
        long from = log.size();
        for (Entry entry : entries) {
            log.add(entry);
        }
        applier.decided(from, List.of(entries));
    }

    /** Decides, waits, and gives the last command's result. */
    AppliedResult apply(Commands... commands) throws IOException {
        CompletableFuture<AppliedResult> last = results.expect(commands[commands.length - 1].requestId());
        decide(commands);
        try {
            return CollectedResults.get(last);
        } catch (Exception e) {
            throw new IOException("Not applied: " + applier.status(), e);
        }
    }

    void awaitAll() throws Exception {
        var _ = appliedIndex.await(log.size()).get(60, TimeUnit.SECONDS);
    }

    /** One value as the superuser sees it. */
    String value(String sql) throws IOException {
        try (PostgresSession session = postgres.session("omnisql")) {
            return session.single(sql);
        }
    }

    long digest() throws IOException {
        return Long.parseLong(value("SELECT rolling_digest FROM omnisql.applied"));
    }

    static String text(AppliedResult result) {
        return new String(result.results().getLast().wire(), java.nio.charset.StandardCharsets.UTF_8);
    }

    static String sqlState(AppliedResult result) {
        return String.valueOf(result.results().getLast().sqlState());
    }

    PostgresSession session(String user, Map<String, String> options) throws IOException {
        return PostgresSession.open(
                postgres.instance().socketAddress(), user, "omnisql", options, Duration.ofSeconds(10));
    }

    private boolean proposed(Entry.Command ruling) {
        decided(ruling);
        return true;
    }

    @Override
    public void close() {
        applier.close();
        postgres.close();
    }

    private PostgresApplier newApplier() throws IOException {
        var consent = new Consent(
                postgres.folder().resolve("held-slot"),
                log.size(),
                (peer, kind, payload, timeout) -> peers.call(peer, kind, payload, timeout),
                () -> others,
                this::proposed,
                Duration.ofHours(1));
        var fresh = new PostgresApplier(
                new PostgresApplier.Parts(postgres.instance(), log, appliedIndex, results, consent), limits);
        fresh.start();
        return fresh;
    }
}
