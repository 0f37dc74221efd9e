package io.omnisql.client.report;

import io.omnisql.client.connection.Outcome;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/** The CSV file of a load run: a header, then a row per request in the order of completion. */
public final class RequestLog implements AutoCloseable {
    /** The file's name in its client's folder. */
    public static final String FILE_NAME = "requests.csv";

    private static final String HEADER =
            "request_id,kind,phase,node,intended_start_us,start_us,end_us,outcome,sqlstate,rows";
    private static final int COLUMNS = 10;

    private final BufferedWriter writer;

    private RequestLog(BufferedWriter writer) {
        this.writer = writer;
    }

    /** Starts a new file, with its folder, in place of an old one. */
    public static RequestLog create(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        BufferedWriter writer = Files.newBufferedWriter(file);
        writer.write(HEADER);
        writer.newLine();
        return new RequestLog(writer);
    }

    /** Appends a row. */
    public synchronized void append(RequestRecord request) throws IOException {
        writer.write(row(request));
        writer.newLine();
    }

    @Override
    public synchronized void close() throws IOException {
        writer.close();
    }

    /**
     * Gives every row of a file to the reader, first to last.
     *
     * @throws IllegalArgumentException the file is not one of these
     */
    public static void read(Path file, Consumer<RequestRecord> reader) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.equals(HEADER)) {
                    reader.accept(parse(file, line));
                }
            }
        }
    }

    private static String row(RequestRecord request) {
        return request.id() + "," + request.kind().label() + "," + request.phase() + "," + escaped(request.node()) + ","
                + request.intendedMicros() + "," + request.startMicros() + "," + request.endMicros() + ","
                + request.outcome().name().toLowerCase(Locale.ROOT) + "," + request.sqlState() + "," + request.rows();
    }

    /** Node labels are the user's: whatever would end a cell becomes a blank. */
    private static String escaped(String label) {
        return label.replaceAll("[,\"\\r\\n]", " ");
    }

    private static RequestRecord parse(Path file, String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != COLUMNS) {
            throw new IllegalArgumentException(file + " has a row of " + cells.length + " cells: " + line);
        }
        try {
            return new RequestRecord(
                    Long.parseLong(cells[0]),
                    RequestKind.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                    Integer.parseInt(cells[2]),
                    cells[3],
                    Long.parseLong(cells[4]),
                    Long.parseLong(cells[5]),
                    Long.parseLong(cells[6]),
                    Outcome.valueOf(cells[7].toUpperCase(Locale.ROOT)),
                    cells[8],
                    Long.parseLong(cells[9]));
        } catch (IllegalArgumentException error) {
            throw new IllegalArgumentException(file + " has a row that cannot be read: " + line, error);
        }
    }
}
