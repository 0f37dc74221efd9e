package io.omnisql.node.http;

import io.omnisql.node.gateway.Gateway;
import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.SqlReader;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Whether requests over HTTP are served: closed until the node has started, and again when it stops. */
@Singleton
public class SqlDoor {
    private volatile @Nullable Open open;

    /**
     * What requests need.
     *
     * @param systemUser the node's own superuser in PostgreSQL: reads verifiers, and cannot be logged in as
     * @param defaultLevel of reads that do not choose
     * @param defaultTimeout of requests that do not choose
     * @param requestsMax requests at once; more get 53300
     */
    public record Parts(
            Gateway gateway,
            SqlReader reader,
            String systemUser,
            ReadLevel defaultLevel,
            Duration defaultTimeout,
            int requestsMax) {}

    record Open(SqlService service, Passwords passwords, RequestReader requestReader, Semaphore places) {}

    /** From now on requests are served. */
    public void open(Parts parts) {
        var random = new SecureRandom();
        open = new Open(
                new SqlService(parts.gateway, parts.reader, parts.defaultLevel, random),
                new Passwords(new CatalogRoles(parts.reader, parts.systemUser), random),
                new RequestReader(parts.defaultTimeout),
                new Semaphore(parts.requestsMax));
    }

    /** From now on requests get 57P03. Those underway go on. */
    public void close() {
        open = null;
    }

    @Nullable
    Open get() {
        return open;
    }
}
