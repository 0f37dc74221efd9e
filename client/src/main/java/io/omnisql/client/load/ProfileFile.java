package io.omnisql.client.load;

import io.omnisql.client.connection.ReadLevel;
import io.omnisql.client.connection.SessionSettings;
import io.omnisql.client.connection.SessionSettings.LevelBy;
import io.omnisql.client.connection.SessionSettings.Reconnect;
import io.omnisql.client.connection.SessionSettings.WriteRetry;
import io.omnisql.client.connection.Target;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a load profile from a properties file; config/client-1.properties tells every key. */
public final class ProfileFile {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final int CONNECTIONS_MAX = 10_000;
    private static final int KEYS_MAX = 10_000_000;
    private static final int VALUE_BYTES_MAX = 1 << 20;
    private static final int PHASES_MAX = 1000;

    private final String fileName;
    private final ProfileValues values;

    private ProfileFile(String fileName, ProfileValues values) {
        this.fileName = fileName;
        this.values = values;
    }

    /**
     * Reads the file.
     *
     * @param environment overrides by variable, as {@link System#getenv()} gives them
     * @throws ProfileException the file or a value is missing or wrong
     */
    public static LoadProfile read(Path file, Map<String, String> environment) throws IOException, ProfileException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException error) {
            throw new ProfileException("profile", "there is no such file");
        } catch (IllegalArgumentException error) {
            throw new ProfileException("profile", "not a properties file: " + error.getMessage());
        }
        String fileName = file.getFileName().toString().replaceFirst("\\.properties$", "");
        return new ProfileFile(fileName, new ProfileValues(properties, environment)).profile();
    }

    private LoadProfile profile() throws IOException, ProfileException {
        String name = values.text("name", fileName);
        if (!NAME.matcher(name).matches()) {
            throw ProfileValues.wrong("name", name, "letters, digits, dots, dashes and underscores");
        }
        LoadProfile profile = new LoadProfile(
                name,
                values.text("location", "unknown"),
                session(),
                phases(),
                values.integer("connections", 16, 1, CONNECTIONS_MAX),
                start(),
                values.integer("keys", 10_000, 1, KEYS_MAX),
                values.integer("value.bytes", 64, 1, VALUE_BYTES_MAX),
                values.integer("seed", 1L, Long.MIN_VALUE, Long.MAX_VALUE),
                values.duration("drain.timeout", Duration.ofSeconds(10)),
                Path.of(values.text("output", "results/" + name)),
                values.effective());
        values.refuseUnknownKeys();
        return profile;
    }

    private SessionSettings session() throws IOException, ProfileException {
        return new SessionSettings(
                targets(),
                values.choice("reconnect", Reconnect.NEXT),
                values.choice("read.level", ReadLevel.LINEARIZABLE),
                values.durationOrZero("read.max-staleness"),
                values.choice("read.level.by", LevelBy.SET),
                values.duration("request.timeout", Duration.ofSeconds(10)),
                values.choice("write.retry", WriteRetry.NEVER),
                values.duration("write.retry.timeout", Duration.ofSeconds(60)));
    }

    private List<Target> targets() throws IOException, ProfileException {
        String[] addresses = listed(secretlyRequired("targets"));
        String names = values.optional("targets.names");
        String[] labels = names == null ? new String[0] : listed(names);
        if (labels.length != 0 && labels.length != addresses.length) {
            throw new ProfileException("targets.names", labels.length + " names for " + addresses.length + " targets");
        }
        String user = values.optional("user");
        String password = password();
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < addresses.length; i++) {
            Target target = target(addresses[i]).withLogin(user, password);
            targets.add(labels.length == 0 ? target : target.named(labels[i]));
        }
        values.effective().put("targets", targets.toString());
        return targets;
    }

    private String secretlyRequired(String key) throws ProfileException {
        String value = values.secret(key);
        if (value == null) {
            throw new ProfileException(key, "is missing");
        }
        return value;
    }

    private static Target target(String address) throws ProfileException {
        try {
            return Target.parse(address);
        } catch (IllegalArgumentException error) {
            throw new ProfileException("targets", String.valueOf(error.getMessage()));
        }
    }

    private @Nullable String password() throws IOException, ProfileException {
        String password = values.secret("password");
        String file = values.optional("password.file");
        if (password != null || file == null) {
            return password;
        }
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw new ProfileException("password.file", "cannot be read: " + path);
        }
        return Files.readString(path).strip();
    }

    private List<Phase> phases() throws ProfileException {
        List<Phase> phases = new ArrayList<>();
        for (int number = 1; isPhase(number) && number <= PHASES_MAX; number++) {
            String prefix = "phase." + number;
            phases.add(new Phase(
                    values.requiredDuration(prefix + ".duration"),
                    values.number(prefix + ".requests-per-second", 0, Phase.REQUESTS_PER_SECOND_MAX),
                    values.number(prefix + ".read-ratio", 0, 1)));
        }
        if (phases.isEmpty()) {
            throw new ProfileException("phase.1.duration", "is missing: a profile has at least one phase");
        }
        return phases;
    }

    private boolean isPhase(int number) throws ProfileException {
        String prefix = "phase." + number;
        return values.has(prefix + ".duration")
                || values.has(prefix + ".requests-per-second")
                || values.has(prefix + ".read-ratio");
    }

    private Start start() throws ProfileException {
        String text = values.text("start", "now");
        if (text.equals("now")) {
            return new Start.AtOnce();
        }
        if (text.equals("with-clients")) {
            return new Start.WithClients(
                    values.required("start.run"),
                    values.integer("start.clients", 2, 1, 10_000),
                    values.duration("start.timeout", Duration.ofMinutes(1)));
        }
        try {
            return new Start.At(Instant.parse(text));
        } catch (DateTimeParseException error) {
            throw ProfileValues.wrong("start", text, "now, with-clients, or an instant such as 2026-01-31T12:00:00Z");
        }
    }

    private static String[] listed(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).toArray(String[]::new);
    }
}
