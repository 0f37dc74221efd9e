package io.omnisql.node.http;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.omnisql.node.gateway.IdempotencyKeys;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of a request as it was written, not checked yet. */
@Schema(
        description =
                "Either sql (with parameters) or statements. All statements of a request are one atomic transaction.",
        examples = "{\"sql\": \"INSERT INTO kv_table VALUES ($1, $2) RETURNING key\", \"parameters\": [\"a\", 1]}")
record SqlRequest(
        @Schema(description = "One statement.") @Nullable String sql,

        @Schema(description = PARAMETERS, type = SchemaType.ARRAY, implementation = Object.class) @Nullable
        List<JsonNode> parameters,

        @Schema(description = "Several statements, each an object or just its text.") @Nullable
        List<Statement> statements,

        @Schema(
                description = "How much reads must see; the node's default when missing. Writes do not look at it.",
                enumeration = {"local", "leader", "linearizable"})
        @JsonProperty("read_level")
        @Nullable
        String readLevel,

        @Schema(description = "The read sees at least this applied index: an applied_index of an earlier answer.")
        @JsonProperty("not_before")
        @Nullable
        Long notBefore,

        @Schema(
                description =
                        "At level local, the read sees at least what was acknowledged anywhere until so long before the "
                                + "request, such as 500ms, 5s or 1m; no bound when missing. Other levels do not look at it.",
                examples = "500ms")
        @JsonProperty("max_staleness")
        @Nullable
        String maxStaleness,

        @Schema(
                description = "How long to wait, such as 500ms, 5s or 1m; the node's default when missing.",
                examples = "5s")
        @Nullable
        String timeout,

        @Schema(
                description = "Settings of the session in which the statements run, such as timezone or search_path.",
                type = SchemaType.OBJECT,
                examples = "{\"timezone\": \"UTC\"}")
        @Nullable
        Map<String, String> settings,

        @Schema(description = "The same as the header Idempotency-Key.", maxLength = IdempotencyKeys.CHARACTERS_MAX)
        @JsonProperty("idempotency_key")
        @Nullable
        String idempotencyKey) {
    private static final String PARAMETERS =
            "Values of $1, $2, ...: null, true, false, numbers and strings; arrays and objects are given as JSON text.";

    /** One statement of several. */
    @Schema(name = "Statement", description = "One statement and the values of its parameters.")
    record Statement(
            @Schema(required = true) @Nullable String sql,

            @Schema(description = PARAMETERS, type = SchemaType.ARRAY, implementation = Object.class) @Nullable
            List<JsonNode> parameters) {
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        Statement {}

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Statement of(String sql) {
            return new Statement(sql, null);
        }
    }
}
