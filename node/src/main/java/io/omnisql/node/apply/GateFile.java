package io.omnisql.node.apply;

import io.omnisql.node.replica.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one slot that this node has been standing at for long, on its disk. */
final class GateFile {
    private static final Pattern CONTENTS = Pattern.compile("slot (\\d{1,18}) (open|held)\n");

    private final Path file;

    GateFile(Path file) {
        this.file = file;
    }

    /**
     * What is known of a slot whose outcome this node has told nobody.
     *
     * @param isHeld whether the node has promised to wait for a ruling
     */
    record Mark(long slot, boolean isHeld) {}

    /** What was written last. */
    Optional<Mark> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Matcher contents = CONTENTS.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!contents.matches()) {
            throw new IOException(file + " is damaged: it says which slot this node promised to wait at");
        }
        return Optional.of(
                new Mark(Long.parseLong(contents.group(1)), contents.group(2).equals("held")));
    }

    /** Durable when it returns. */
    void write(Mark mark) throws IOException {
        String contents = "slot " + mark.slot() + (mark.isHeld() ? " held\n" : " open\n");
        DurableFile.write(file, contents.getBytes(StandardCharsets.US_ASCII));
    }

    /** Durable when it returns. */
    void clear() throws IOException {
        DurableFile.delete(file);
    }
}
