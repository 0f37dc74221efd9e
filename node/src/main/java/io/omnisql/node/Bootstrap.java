package io.omnisql.node;

import io.omnisql.node.gateway.ClientFacts;
import io.omnisql.node.gateway.Gateway;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.gateway.WriteCommand;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import io.omnisql.node.gateway.WriteOutcome;
import io.omnisql.node.sql.RequestId;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * What a new cluster starts with: its first role and the statements of the settings. Every node asks for it through the log under
 * the same keys, so that it happens once; what exists already is left alone.
 */
final class Bootstrap {
    private static final Logger LOG = Logger.getLogger(Bootstrap.class);
    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final String DUPLICATE_OBJECT = "42710";
    private static final RequestId UNUSED = new RequestId(0, 0, 0);

    private final NodeConfig config;
    private final Gateway gateway;
    private final String systemUser;
    private final FirstRole firstRole;
    private volatile String lastReason = "";

    Bootstrap(NodeConfig config, Gateway gateway, String systemUser, FirstRole firstRole) {
        this.config = config;
        this.gateway = gateway;
        this.systemUser = systemUser;
        this.firstRole = firstRole;
    }

    /** Completes when everything is there; tries for ever, since a cluster may wait long for its first quorum. */
    CompletionStage<Void> run() throws IOException {
        String role = identifier(firstRole.name());
        String password = password().map(text -> " PASSWORD " + literal(text)).orElse("");
        CompletionStage<Void> done = execute(
                        systemUser, "role:" + role, "CREATE ROLE " + role + " LOGIN CREATEROLE" + password)
                .thenCompose(
                        created -> execute(systemUser, "create:" + role, "GRANT CREATE ON DATABASE omnisql TO " + role))
                .thenCompose(granted -> execute(systemUser, "public:" + role, "ALTER SCHEMA public OWNER TO " + role));
        for (String sql : config.bootstrap().sql().orElse(List.of())) {
            done = done.thenCompose(before -> execute(firstRole.name(), "sql:" + sql, sql));
        }
        return done.thenRun(() -> LOG.infof("Cluster is set up: role=%s", role));
    }

    private Optional<String> password() throws IOException {
        if (config.bootstrap().passwordFile().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Files.readString(config.bootstrap().passwordFile().get()).strip());
    }

    private CompletionStage<Void> execute(String user, String key, String sql) {
        var command = new WriteCommand(
                new ClientFacts(user, user, new TreeMap<>()),
                UNUSED,
                "omnisql.bootstrap:" + key,
                List.of(new WriteStatement(sql, List.of(), List.of())),
                System.nanoTime() + ATTEMPT.toNanos());
        return gateway.write(command).thenCompose(outcome -> switch (outcome) {
            case WriteOutcome.Applied applied -> {
                applied.result().results().stream()
                        .filter(StatementResult::isError)
                        .forEach(Bootstrap::tell);
                yield CompletableFuture.completedFuture(null);
            }
            case WriteOutcome.NotDone(var error) -> later(user, key, sql, error.message());
            case WriteOutcome.Unknown(var error) -> later(user, key, sql, error.message());
        });
    }

    private CompletionStage<Void> later(String user, String key, String sql, String reason) {
        if (!reason.equals(lastReason)) {
            lastReason = reason;
            LOG.infof("The cluster is not set up yet: %s", reason);
        }
        return CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS))
                .thenCompose(waited -> execute(user, key, sql));
    }

    private static void tell(StatementResult failed) {
        if (!DUPLICATE_OBJECT.equals(failed.sqlState())) {
            LOG.errorf("A statement of the cluster's set-up failed: sqlState=%s", failed.sqlState());
        }
    }

    private static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String literal(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }
}
