package io.omnisql.node.admin;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Tells how a node stands. Needs no password and tells no secret: neither statements nor roles nor addresses. */
@Path("/v1/status")
@Tag(name = "Administration")
public class StatusResource {
    private final NodeView view;
    private final String version;

    @Inject
    StatusResource(NodeView view, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.view = view;
        this.version = version;
    }

    /** The state at this moment. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @NonBlocking
    @Operation(
            operationId = "status",
            summary = "Tells the state of this node",
            description =
                    "Role, leader, indexes, peers, digest of results, alarms. Never waits for PostgreSQL or for other nodes.")
    @APIResponse(
            responseCode = "200",
            description = "The state at this moment.",
            content = @Content(schema = @Schema(implementation = NodeStatus.class)))
    @APIResponse(responseCode = "503", description = "The node has not begun to start its replica.")
    public Response status() {
        return view.get()
                .map(watched -> Response.ok(StatusReport.of(watched.facts(), version, uptimeSeconds())))
                .orElseGet(() -> Response.status(Response.Status.SERVICE_UNAVAILABLE))
                .build();
    }

    private static long uptimeSeconds() {
        return Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime())
                .toSeconds();
    }
}
