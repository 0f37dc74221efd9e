package io.omnisql.node.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.ErrorFields;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The answer to a request that failed. */
@Schema(description = "The request failed as a whole: statements before the failing one had no effect either.")
record ErrorResponse(Outcome outcome, Problem error) {

    /** An error of the node. */
    static ErrorResponse of(Outcome outcome, SqlError error) {
        return new ErrorResponse(
                outcome,
                new Problem(error.sqlState(), error.message(), error.detail(), error.hint(), null, null, null));
    }

    /** An error of PostgreSQL in one of the statements. */
    static ErrorResponse of(ErrorFields fields, int statementIndex) {
        return new ErrorResponse(
                Outcome.NOT_DONE,
                new Problem(
                        fields.sqlState(),
                        fields.message(),
                        fields.detail(),
                        fields.hint(),
                        fields.byCode().get('P'),
                        fields.byCode().get('n'),
                        statementIndex));
    }

    /** What went wrong, in PostgreSQL's terms. */
    @Schema(name = "Error", description = "What went wrong, in PostgreSQL's terms.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Problem(
            @Schema(examples = "23505") String sqlstate,
            String message,
            @Nullable String detail,
            @Nullable String hint,

            @Schema(description = "Where in the statement's text, counted in characters from 1.") @Nullable
            String position,

            @Schema(description = "The constraint that was violated.") @Nullable
            String constraint,

            @Schema(description = "Which of the request's statements failed, from 0; missing when none did.")
            @JsonProperty("statement_index")
            @Nullable
            Integer statementIndex) {}
}
