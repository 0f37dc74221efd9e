package io.omnisql.node;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The process: {@code java -jar quarkus-run.jar} runs a node until it is told to stop, {@code print-config} shows the settings in
 * force and ends, {@code recover-from-quorum-loss CLUSTER-UID} makes the only node that is left a cluster of its own.
 */
@QuarkusMain
public final class NodeMain implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(NodeMain.class);
    static final int REFUSED = 78; // EX_CONFIG of sysexits.h.
    private static final int FAILED = 1;
    private static final String EVENT_LOOPS = "quarkus.vertx.event-loops-pool-size";
    private static final String EVENT_LOOPS_VARIABLE = "QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE";

    @Inject
    NodeConfig config;

    @Inject
    Vertx vertx;

    @Inject
    NodeParts parts;

    @Inject
    Certificates certificates;

    @Inject
    NodeEnd end;

    /** Begins here. */
    public static void main(String... arguments) {
        if (List.of(arguments).contains("print-config")) {
            System.out.print(EffectiveConfig.print(ConfigProvider.getConfig()));
            return;
        }
        if (System.getProperty(EVENT_LOOPS) == null && System.getenv(EVENT_LOOPS_VARIABLE) == null) {
            // One for each core is too few on two.
            System.setProperty(EVENT_LOOPS, String.valueOf(EventLoops.wanted()));
        }
        refuseWrongSettings();
        Quarkus.run(NodeMain.class, arguments);
    }

    /** A key that is missing, mistyped or has no such value is found before {@link #run}; it has been printed by then. */
    private static void refuseWrongSettings() {
        BiConsumer<Integer, Throwable> usual = ApplicationLifecycleManager.getDefaultExitCodeHandler();
        ApplicationLifecycleManager.setDefaultExitCodeHandler(
                (code, cause) -> usual.accept(isWrongSetting(cause) ? REFUSED : code, cause));
    }

    private static boolean isWrongSetting(@Nullable Throwable cause) {
        Throwable root = cause == null ? null : ExceptionUtil.getRootCause(cause);
        return root instanceof ConfigValidationException || root instanceof ConfigurationException;
    }

    @Override
    public int run(String... arguments) throws Exception {
        LOG.infof(
                "Settings in force:%n%s",
                EffectiveConfig.print(ConfigProvider.getConfig().unwrap(SmallRyeConfig.class)));
        try {
            if (arguments.length > 0 && arguments[0].equals(QuorumLossRecovery.COMMAND)) {
                return recover(arguments.length > 1 ? arguments[1] : null);
            }
            Exposure.check(config, ConfigProvider.getConfig());
            // Closed by the node's end, not here: this thread goes on at the first signal, while clients are served.
            var life = new NodeLife(config, vertx, parts, certificates);
            end.endsWith(life);
            life.start();
            Quarkus.waitForExit();
        } catch (IllegalArgumentException refused) {
            LOG.fatalf("Wrong settings: %s", refused.getMessage());
            return REFUSED;
        }
        return 0;
    }

    private int recover(@Nullable String typedUid) {
        var recovery = new QuorumLossRecovery(
                ClusterSettings.of(config), config.node().dataFolder().toAbsolutePath());
        try {
            System.out.println(recovery.recover(typedUid).told());
            return 0;
        } catch (IOException failed) {
            LOG.fatalf("Nothing is recovered: %s", failed.getMessage());
            return FAILED;
        }
    }
}
