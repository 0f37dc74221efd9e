package io.omnisql.node.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The answer to statements that all succeeded. */
@Schema(description = "All statements succeeded; writes are decided, and applied at the node that answers.")
record SqlResponse(
        Outcome outcome,

        @Schema(description = "One for each statement, in their order.")
        List<ResultTable> results,

        @Schema(
                description =
                        "The answering node's applied index: give it as not_before to see at least this state anywhere. "
                                + "Missing when another node executed the read.")
        @JsonProperty("applied_index")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        Long appliedIndex) {}
