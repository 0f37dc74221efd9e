package io.omnisql.node.http;

import io.omnisql.node.gateway.IdempotencyKeys;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.http.Roles.Login;
import io.omnisql.node.http.SqlService.Answer;
import io.omnisql.node.pgprotocol.ProtocolViolation;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** SQL over HTTP. */
@Path("/v1/sql")
@Tag(name = "SQL")
@SecurityScheme(
        securitySchemeName = "role",
        type = SecuritySchemeType.HTTP,
        scheme = "basic",
        description = "A role of the database and its password, as on the SQL port.")
public class SqlResource {
    private final SqlDoor door;

    @Inject
    SqlResource(SqlDoor door) {
        this.door = door;
    }

    /** Checks who asks, executes, and tells what became of it. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    @SecurityRequirement(name = "role")
    @Operation(
            operationId = "executeSql",
            summary = "Executes statements as one transaction",
            description =
                    "If any statement writes, all of them become one atomic entry of the cluster's log. If all of them read, they "
                            + "run in one READ ONLY transaction at the read level.")
    @RequestBody(
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = SqlRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "All statements succeeded.",
            content = @Content(schema = @Schema(implementation = SqlResponse.class)))
    @APIResponse(
            responseCode = "400",
            description = "The request or a statement is wrong (most SQLSTATE classes: 22, 42, 0A, P0, 08P01).",
            content = @Content(schema = @Schema(implementation = ErrorResponse.class)))
    @APIResponse(
            responseCode = "401",
            description = "No such role, wrong password, or it may not log in (28P01).",
            content = @Content(schema = @Schema(implementation = ErrorResponse.class)))
    @APIResponse(
            responseCode = "403",
            description = "The role lacks a privilege (42501).",
            content = @Content(schema = @Schema(implementation = ErrorResponse.class)))
    @APIResponse(
            responseCode = "409",
            description =
                    "A constraint is violated (class 23), or another transaction came first (class 40: try again).",
            content = @Content(schema = @Schema(implementation = ErrorResponse.class)))
    @APIResponse(
            responseCode = "413",
            description = "Request or result is too large (class 54).",
            content = @Content(schema = @Schema(implementation = ErrorResponse.class)))
    @APIResponse(
            responseCode = "500",
            description = "The node is broken (classes 58, XX).",
            content = @Content(schema = @Schema(implementation = ErrorResponse.class)))
    @APIResponse(
            responseCode = "503",
            description = "Nothing was done: no leader in time, too many requests, starting up (classes 08, 53, 57).",
            content = @Content(schema = @Schema(implementation = ErrorResponse.class)))
    @APIResponse(
            responseCode = "504",
            description = "A read did not end in time (57014), or the outcome of a write is unknown (40003).",
            content = @Content(schema = @Schema(implementation = ErrorResponse.class)))
    public Response execute(
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Parameter(hidden = true) @Nullable String authorization,
            @HeaderParam("Idempotency-Key")
                    @Parameter(
                            description =
                                    "The client's own name for a write. Repeated with the same key, at any node, the write is executed "
                                            + "once and gives its first result again, for a day and five million entries of the log. Reads do not look at it.",
                            schema = @Schema(type = SchemaType.STRING, maxLength = IdempotencyKeys.CHARACTERS_MAX))
                    @Nullable
                    String idempotencyKey,
            @HeaderParam("OmniSQL-Read-Level")
                    @Parameter(description = "The same as read_level: local, leader or linearizable.")
                    @Nullable
                    String readLevel,
            byte @Nullable [] body) {
        SqlDoor.Open open = door.get();
        if (open == null) {
            return refused(SqlError.of("57P03", "the node is starting up or stopping"));
        }
        if (!open.places().tryAcquire()) {
            return refused(SqlError.withHint("53300", "too many requests at once", "Try again, or another node."));
        }
        try {
            var headers = new RequestReader.Headers(readLevel, idempotencyKey);
            return execute(open, authorization, body == null ? new byte[0] : body, headers);
        } catch (RequestRefused refused) {
            return refused(refused.error());
        } finally {
            open.places().release();
        }
    }

    private static Response execute(
            SqlDoor.Open open, @Nullable String authorization, byte[] body, RequestReader.Headers headers)
            throws RequestRefused {
        Optional<BasicCredentials> credentials = BasicCredentials.parse(authorization);
        Optional<Login> login =
                credentials.isEmpty() ? Optional.empty() : open.passwords().login(credentials.get());
        if (login.isEmpty()) {
            return refused(SqlError.of("28P01", "password authentication failed"));
        }
        SqlCall call = open.requestReader().read(body, headers);
        return switch (open.service().execute(login.get(), call)) {
            case Answer.Refused(Outcome outcome, SqlError error) -> failed(ErrorResponse.of(outcome, error));
            case Answer.Results results -> succeeded(results);
        };
    }

    private static Response succeeded(Answer.Results answer) {
        List<StatementResult> results = answer.results();
        if (!results.isEmpty() && results.getLast().isError()) {
            return failed(ErrorResponse.of(ResultReader.error(results.getLast()), results.size() - 1));
        }
        try {
            List<ResultTable> tables = results.stream().map(ResultReader::table).toList();
            return Response.ok(new SqlResponse(
                            Outcome.DONE, tables, answer.appliedIndex().orElse(null)))
                    .build();
        } catch (ProtocolViolation violation) {
            // The statements did succeed: a client that is told otherwise would do them twice.
            return failed(ErrorResponse.of(
                    Outcome.DONE, SqlError.of(violation.sqlState(), String.valueOf(violation.getMessage()))));
        }
    }

    private static Response refused(SqlError error) {
        return failed(ErrorResponse.of(Outcome.NOT_DONE, error));
    }

    private static Response failed(ErrorResponse response) {
        int status = HttpStatus.of(response.error().sqlstate());
        var builder = Response.status(status).entity(response).type(MediaType.APPLICATION_JSON_TYPE);
        if (status == HttpStatus.UNAUTHORIZED) {
            builder.header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"OmniSQL\", charset=\"UTF-8\"");
        }
        if (status == HttpStatus.UNAVAILABLE) {
            builder.header(HttpHeaders.RETRY_AFTER, 1);
        }
        return builder.build();
    }
}
