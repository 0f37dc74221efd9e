package io.omnisql.node.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The folder in which the node asks the entrypoint of PostgreSQL's container to run or stop PostgreSQL, and reads what became of it.
 * Both sides write their one file atomically.
 *
 * @param folder shared by the pod's two containers
 */
record ControlFolder(Path folder) {

    /** What PostgreSQL shall do, or does. */
    enum Verb {
        RUN,
        RUNNING,
        STOP,
        STOPPED
    }

    /**
     * One line of a file.
     *
     * @param token names the request that is meant
     */
    record Line(Verb verb, String token) {
        @Override
        public String toString() {
            return verb.name().toLowerCase(Locale.ROOT) + " " + token;
        }
    }

    /** Asks; gives the token by which the answer will name this request. */
    String ask(Verb verb) throws IOException {
        String token = UUID.randomUUID().toString();
        Path fresh = folder.resolve("request.new");
        Files.writeString(fresh, new Line(verb, token) + "\n");
        Files.move(fresh, folder.resolve("request"), StandardCopyOption.ATOMIC_MOVE);
        return token;
    }

    /** The answer to that request; none until it was obeyed. */
    Optional<Verb> answer(String token) throws IOException {
        return state().filter(line -> line.token.equals(token)).map(Line::verb);
    }

    private Optional<Line> state() throws IOException {
        String text;
        try {
            text = Files.readString(folder.resolve("state")).strip();
        } catch (NoSuchFileException e) {
            return Optional.empty(); // The entrypoint has not begun.
        }
        String[] words = text.split(" ", 2);
        return switch (words[0]) {
            case "running" -> Optional.of(new Line(Verb.RUNNING, words[words.length - 1]));
            case "stopped" -> Optional.of(new Line(Verb.STOPPED, words[words.length - 1]));
            default -> throw new IOException("Not understood in " + folder.resolve("state") + ": " + text);
        };
    }
}
