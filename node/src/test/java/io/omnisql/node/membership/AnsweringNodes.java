package io.omnisql.node.membership;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Nodes that answer an introduction at the addresses that they tell; at all others nobody listens. */
final class AnsweringNodes implements Introduction.Asking {
    private final Map<String, Introduction.Answer> nodes = new HashMap<>();

    void answers(Introduction.Answer answer) {
        nodes.put(answer.address(), answer);
    }

    void fallSilent() {
        nodes.clear();
    }

    @Override
    public byte[] ask(String address, byte[] question) throws IOException {
        Introduction.Answer answer = nodes.get(address);
        if (answer == null) {
            throw new IOException("nobody listens");
        }
        return Json.write(answer);
    }
}
