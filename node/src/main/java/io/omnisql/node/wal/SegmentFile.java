package io.omnisql.node.wal;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** One open file of the log: the seam at which tests count fsyncs and break the disk. */
public interface SegmentFile extends Closeable {

    /** Writes all remaining bytes at {@code position}. */
    void write(ByteBuffer bytes, long position) throws IOException;

    /** Reads until {@code bytes} is full or the file ends; tells how many bytes it read. */
    int read(ByteBuffer bytes, long position) throws IOException;

    /** All bytes, to be read only until {@code arena} is closed. They stay outside the heap: a segment is large, and a node's heap is small. */
    ByteBuffer map(Arena arena) throws IOException;

    /** Makes what was written survive power loss. */
    void force() throws IOException;

    /** Length of the file in bytes. */
    long size() throws IOException;

    /** Opens files. */
    interface Opener {
        /** Opens for reading and writing; an old file of that name is emptied. */
        SegmentFile create(Path path) throws IOException;

        /** Opens an existing file for reading and writing. */
        SegmentFile open(Path path) throws IOException;

        /** Opens an existing file for reading only. */
        SegmentFile openToRead(Path path) throws IOException;
    }
}
