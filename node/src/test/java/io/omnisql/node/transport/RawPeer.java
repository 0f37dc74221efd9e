package io.omnisql.node.transport;

import io.vertx.core.buffer.Buffer;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A peer, or somebody else, that writes and reads plain bytes. */
final class RawPeer implements Closeable {
    private final Socket socket;
    private final DataInputStream in;

    RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
    }

    static RawPeer dial(int port) throws IOException {
        return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    void write(Buffer bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes());
        socket.getOutputStream().flush();
    }

    void write(FrameKind kind, Buffer payload) throws IOException {
        for (Buffer frame : FrameCodec.encode(kind, payload, 1 << 20)) {
            write(frame);
        }
    }

    /** Reads one frame that must be of this kind. */
    Buffer read(FrameKind kind) throws IOException {
        int length = in.readInt();
        FrameKind found = FrameKind.of(in.readByte());
        byte[] payload = in.readNBytes(length);
        if (found != kind) {
            throw new IOException("Expected " + kind + " but read " + found + ": " + Buffer.buffer(payload));
        }
        return Buffer.buffer(payload);
    }

    /** Whether the other side ends the connection before any further byte. */
    boolean isEnded() {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    DataInputStream in() {
        return in;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
