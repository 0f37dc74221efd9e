package io.omnisql.operator.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.omnisql.operator.certificate.KeyedCertificate;
import io.omnisql.operator.plan.Configuration;
import io.omnisql.operator.plan.Member;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The admin API of all nodes of one cluster, played: node N listens on 127.0.0.(10+N). What it knows lies on the disk that it is given. */
final class PlayedNodes implements AutoCloseable {
    private static final int FIRST_ADDRESS = 10;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final PlayedCertificate certificate = new PlayedCertificate();
    private final Map<Integer, Disk> running = new TreeMap<>();
    private final Map<String, Disk> disks = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final String hosts;
    private @Nullable Configuration configuration;
    private String clusterUid = UUID.randomUUID().toString();
    private long leader = 1;
    private boolean refusesRecovery;

    private static final class Disk {
        private final String incarnation;
        private String state = "Joining";
        private @Nullable Long memberId;
        private boolean silent;
        private @Nullable Former former;

        private Disk(String incarnation) {
            this.incarnation = incarnation;
        }
    }

    /** What a node goes on to believe whose cluster went on without it. */
    private record Former(String clusterUid, @Nullable Configuration configuration) {}

    PlayedNodes(String hosts, boolean encrypted) throws IOException {
        this.hosts = hosts;
        var any = new InetSocketAddress("0.0.0.0", 0);
        if (encrypted) {
            var https = HttpsServer.create(any, 0);
            https.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
            server = https;
        } else {
            server = HttpServer.create(any, 0);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/admin/v1/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** The files with the nodes' certificate changed: connections that are made from now on see it. */
    void mount(KeyedCertificate mounted) {
        certificate.show(mounted);
    }

    static String address(int ordinal) {
        return "127.0.0." + (FIRST_ADDRESS + ordinal);
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** The node of that ordinal runs on that disk. */
    synchronized void start(int ordinal, String disk) {
        running.put(ordinal, disks.computeIfAbsent(disk, Disk::new));
    }

    synchronized void stop(int ordinal) {
        var stopped = running.remove(ordinal);
        if (stopped != null && stopped.memberId != null && stopped.memberId == leader) {
            running.values().stream()
                    .filter(disk -> disk.state.equals("Voting"))
                    .flatMap(disk -> Optional.ofNullable(disk.memberId).stream())
                    .findFirst()
                    .ifPresent(heir -> leader = heir);
        }
    }

    synchronized boolean votes(int ordinal) {
        var disk = running.get(ordinal);
        return disk != null && !disk.silent && disk.state.equals("Voting");
    }

    /** The node's machine cannot be reached. */
    synchronized void silence(int ordinal) {
        Objects.requireNonNull(running.get(ordinal)).silent = true;
    }

    /** All machines can be reached again. */
    synchronized void speak() {
        disks.values().forEach(disk -> disk.silent = false);
    }

    /** Nodes obey no order to go on alone: they hear others, which the operator does not. */
    synchronized void refuseRecovery() {
        refusesRecovery = true;
    }

    /** All founders run with empty disks: they become the first voters. */
    synchronized void found(int founders) {
        if (configuration != null || running.size() < founders) {
            return;
        }
        List<Member> members = new ArrayList<>();
        running.forEach((ordinal, disk) -> {
            disk.state = "Voting";
            disk.memberId = ordinal + 1L;
            members.add(new Member(ordinal + 1L, disk.incarnation, hosts.formatted(ordinal), 0));
        });
        configuration = new Configuration(1, founders + 1L, members);
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        int ordinal = exchange.getLocalAddress().getAddress().getAddress()[3] - FIRST_ADDRESS;
        var disk = running.get(ordinal);
        String what = exchange.getRequestURI().getPath().substring("/admin/v1/".length());
        JsonNode body = json.readTree(exchange.getRequestBody().readAllBytes());
        boolean known = exchange.getRequestHeaders().getFirst("Authorization").startsWith("Bearer ");
        if (disk == null || disk.silent || !known) {
            exchange.close();
            return;
        }
        if (!what.equals("membership")) {
            calls.add(what + " " + ordinal);
        }
        int status = act(what, disk, body);
        byte[] answer = json.writeValueAsBytes(membership(ordinal, disk));
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private int act(String what, Disk disk, JsonNode body) {
        return switch (what) {
            case "membership" -> 200;
            case "join" -> {
                disk.state = "Learner";
                disk.memberId = body.get("memberId").asLong();
                yield 200;
            }
            case "leadership" -> {
                leader = body.get("memberId").asLong();
                yield 200;
            }
            case "retire" -> {
                disk.state = "Joining";
                disk.memberId = null;
                yield 200;
            }
            case "reconfigure" -> reconfigure(body);
            case "recover-from-quorum-loss" -> recover(disk, body);
            default -> 404;
        };
    }

    private int recover(Disk disk, JsonNode body) {
        var now = configuration;
        if (refusesRecovery
                || now == null
                || !clusterUid.equals(body.get("clusterUid").asText())) {
            return 409;
        }
        disks.values().stream()
                .filter(other -> other != disk && !other.state.equals("Joining"))
                .forEach(other -> other.former = new Former(clusterUid, now));
        var self = now.members().stream()
                .filter(member -> member.incarnation().equals(disk.incarnation))
                .toList();
        configuration = new Configuration(now.id() + 1000, now.nextMemberId(), self);
        clusterUid = UUID.randomUUID().toString();
        leader = self.getFirst().memberId();
        return 200;
    }

    private int reconfigure(JsonNode body) {
        var now = configuration;
        if (now == null || now.id() != body.get("expectedConfigurationId").asLong()) {
            return 409;
        }
        List<Member> members = new ArrayList<>();
        body.get("members").forEach(member -> members.add(json.convertValue(member, Member.class)));
        long next = members.stream().mapToLong(Member::memberId).max().orElseThrow() + 1;
        configuration = new Configuration(now.id() + 1, Math.max(next, now.nextMemberId()), members);
        running.values().stream().filter(disk -> disk.former == null).forEach(disk -> {
            boolean named =
                    members.stream().anyMatch(member -> member.incarnation().equals(disk.incarnation));
            disk.state = named ? "Voting" : disk.state.equals("Voting") ? "Retired" : disk.state;
        });
        return 200;
    }

    private Map<String, @Nullable Object> membership(int ordinal, Disk disk) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        boolean joined = !disk.state.equals("Joining");
        var cluster = disk.former == null ? new Former(clusterUid, configuration) : disk.former;
        answer.put("clusterUid", joined ? cluster.clusterUid() : null);
        answer.put("memberId", disk.memberId);
        answer.put("incarnation", disk.incarnation);
        answer.put("state", disk.state);
        answer.put("address", hosts.formatted(ordinal));
        answer.put("configuration", joined ? cluster.configuration() : null);
        answer.put("leader", joined ? leader : null);
        answer.put("acceptedIndex", 8);
        answer.put("decidedIndex", 7);
        answer.put("caughtUp", joined);
        answer.put("founded", joined);
        answer.put("version", "0.1.0");
        return answer;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
