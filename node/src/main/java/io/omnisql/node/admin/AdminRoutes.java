package io.omnisql.node.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.omnisql.node.membership.Change;
import io.omnisql.node.membership.Json;
import io.omnisql.node.membership.MembershipAdmin;
import io.omnisql.node.membership.Reply;
import io.omnisql.node.membership.Roster;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The admin API on the management port: JSON in, JSON out, an order for each path. Not on the SQL side's HTTP port, which clients reach.
 */
@Singleton
public class AdminRoutes {
    private static final Logger LOG = Logger.getLogger(AdminRoutes.class);
    private static final String ROOT = "/admin/v1/";
    private static final int BODY_BYTES_MAX = 64 << 10;
    private static final String NO_BODY = "{}";

    private final AdminDoor door;

    @Inject
    AdminRoutes(AdminDoor door) {
        this.door = door;
    }

    /** An order and its arguments. */
    @FunctionalInterface
    private interface Order {
        Reply carryOut(MembershipAdmin membership, byte[] body) throws IOException;
    }

    /** Whom to hand the lead over to. */
    record LeadershipBody(@Nullable Long memberId) {}

    /** A member's priority. */
    record PriorityBody(Long memberId, Integer priority) {}

    /** Whether clients are sent away. */
    record DrainBody(Boolean drain) {}

    /** Which cluster lost its quorum. */
    record RecoveryBody(UUID clusterUid) {}

    /** Which command is given up, and whether despite changed members. */
    record GiveUpBody(Long slot, @Nullable Boolean anyway) {}

    /** An error as callers see it. */
    record ErrorBody(String code, String message) {}

    void register(@Observes ManagementInterface management, Vertx vertx) {
        Router router = management.router();
        route(router, vertx, HttpMethod.GET, "membership", (membership, body) -> new Reply.Done(membership.view()));
        route(
                router,
                vertx,
                HttpMethod.POST,
                "join",
                (membership, body) -> membership.join(Json.read(body, MembershipAdmin.Join.class)));
        route(
                router,
                vertx,
                HttpMethod.POST,
                "reconfigure",
                (membership, body) -> membership.reconfigure(Json.read(body, Change.Request.class)));
        route(
                router,
                vertx,
                HttpMethod.POST,
                "leadership",
                (membership, body) -> membership.handOver(Json.read(body, LeadershipBody.class).memberId));
        route(router, vertx, HttpMethod.POST, "priorities", (membership, body) -> {
            PriorityBody order = Json.read(body, PriorityBody.class);
            return membership.prioritise(
                    Objects.requireNonNull(order.memberId, "memberId"),
                    Objects.requireNonNull(order.priority, "priority"));
        });
        route(router, vertx, HttpMethod.POST, "snapshot", (membership, body) -> membership.takeSnapshot());
        route(router, vertx, HttpMethod.POST, "trim", (membership, body) -> membership.trim());
        route(
                router,
                vertx,
                HttpMethod.POST,
                "drain",
                (membership, body) ->
                        membership.drain(Objects.requireNonNull(Json.read(body, DrainBody.class).drain, "drain")));
        route(router, vertx, HttpMethod.POST, "give-up", (membership, body) -> {
            GiveUpBody order = Json.read(body, GiveUpBody.class);
            return membership.giveUp(Objects.requireNonNull(order.slot, "slot"), Boolean.TRUE.equals(order.anyway));
        });
        route(router, vertx, HttpMethod.POST, "retire", (membership, body) -> membership.retire());
        route(
                router,
                vertx,
                HttpMethod.POST,
                "recover-from-quorum-loss",
                (membership, body) -> membership.recoverFromQuorumLoss(
                        Objects.requireNonNull(Json.read(body, RecoveryBody.class).clusterUid, "clusterUid")));
    }

    private void route(Router router, Vertx vertx, HttpMethod method, String path, Order order) {
        router.route(method, ROOT + path)
                .handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX))
                .handler(call -> {
                    Context context = vertx.getOrCreateContext();
                    byte[] bytes = body(call.body().buffer());
                    Thread.ofVirtual().name("admin-" + path).start(() -> {
                        Answer answer = answer(call, order, bytes);
                        context.runOnContext(turn -> send(call, answer));
                    });
                });
    }

    private static byte[] body(@Nullable Buffer sent) {
        Buffer body = sent == null || sent.length() == 0 ? Buffer.buffer(NO_BODY) : sent;
        return body.getBytes();
    }

    private record Answer(int status, Object body) {}

    private Answer answer(RoutingContext call, Order order, byte[] body) {
        AdminDoor.Open open = door.get();
        if (open == null) {
            return error(503, "starting", "the node has not begun to start", null);
        }
        String refusal = call.request().getHeader("Origin") == null
                ? open.access().refusal(call.request().getHeader("Authorization"))
                : "browsers are not served"; // On the loopback there may be no token that a web page lacks.
        if (refusal != null) {
            return error(401, "unauthorized", refusal, null);
        }
        try {
            return answer(order.carryOut(open.membership(), body));
        } catch (ValueInstantiationException refused) { // By the record itself: its own words, not those about classes.
            return incomplete(Objects.requireNonNullElse(refused.getCause(), refused));
        } catch (UnrecognizedPropertyException unknown) {
            return error(400, "bad_request", "unknown: " + unknown.getPropertyName(), null);
        } catch (JsonProcessingException malformed) {
            return error(400, "bad_request", malformed.getOriginalMessage(), null);
        } catch (IOException | NullPointerException | IllegalArgumentException incomplete) {
            return incomplete(incomplete);
        } catch (RuntimeException e) {
            LOG.error("An order of the administration failed", e);
            return error(503, "failed", String.valueOf(e.getMessage()), null);
        }
    }

    private static Answer incomplete(Throwable why) {
        return error(400, "bad_request", "missing or wrong: " + why.getMessage(), null);
    }

    private static Answer answer(Reply reply) {
        return switch (reply) {
            case Reply.Done(Object body) -> new Answer(200, body);
            case Reply.Refused(Reply.Reason reason, String code, String message, @Nullable Roster current) ->
                error(status(reason), code, message, current);
        };
    }

    private static int status(Reply.Reason reason) {
        return switch (reason) {
            case BAD_REQUEST -> 400;
            case CONFLICT -> 409;
            case UNAVAILABLE -> 503;
        };
    }

    private static Answer error(int status, String code, String message, @Nullable Roster current) {
        var body = new TreeMap<String, Object>();
        body.put("error", new ErrorBody(code, message));
        if (current != null) {
            body.put("configuration", current);
        }
        return new Answer(status, body);
    }

    private static void send(RoutingContext call, Answer answer) {
        if (!call.response().ended()) {
            call.response()
                    .setStatusCode(answer.status)
                    .putHeader("Content-Type", "application/json")
                    .end(Buffer.buffer(Json.write(answer.body)));
        }
    }
}
