package io.omnisql.node.postgres;

import io.quarkus.credentials.CredentialsProvider;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells the pool of {@link CatalogQuestions} the node's own role and its password, at each connection anew. */
@Singleton
public class SystemCredentials implements CredentialsProvider {
    private volatile @Nullable PostgresInstance postgres;

    /** From now on there is a PostgreSQL to connect to. */
    public void open(PostgresInstance instance) {
        postgres = instance;
    }

    @Override
    public Map<String, String> getCredentials(String providerName) {
        PostgresInstance known = postgres;
        if (known == null) {
            throw new IllegalStateException("The node's PostgreSQL has not started");
        }
        try {
            return Map.of(USER_PROPERTY_NAME, known.superuser(), PASSWORD_PROPERTY_NAME, known.superuserPassword());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
