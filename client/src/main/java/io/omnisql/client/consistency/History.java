package io.omnisql.client.consistency;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A recorded history: one JSON object per line, in the order of completion. For several threads. */
public final class History implements AutoCloseable {
    /** The file's name in the results' folder. */
    public static final String FILE_NAME = "history.jsonl";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Operation> operations = new ArrayList<>();
    private final BufferedWriter writer;

    private History(BufferedWriter writer) {
        this.writer = writer;
    }

    /** Starts a new file, with its folder, in place of an old one. */
    public static History create(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return new History(Files.newBufferedWriter(file));
    }

    /** The operations of a file. */
    public static List<Operation> read(Path file) throws IOException {
        List<Operation> operations = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            operations.add(JSON.readValue(line, Operation.class));
        }
        return operations;
    }

    /** Adds an operation that has ended. */
    public void add(Operation operation) throws IOException {
        String line = JSON.writeValueAsString(operation);
        synchronized (this) {
            operations.add(operation);
            writer.write(line);
            writer.newLine();
        }
    }

    /** How many there are. */
    public synchronized int size() {
        return operations.size();
    }

    /** All so far. */
    public synchronized List<Operation> operations() {
        return List.copyOf(operations);
    }

    @Override
    public synchronized void close() throws IOException {
        writer.close();
    }
}
