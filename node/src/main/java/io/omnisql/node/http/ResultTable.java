package io.omnisql.node.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What one statement gave. */
@Schema(name = "Result", description = "What one statement gave.")
record ResultTable(
        @Schema(description = "PostgreSQL's command tag; empty for an empty statement.", examples = "INSERT 0 1")
        String command,

        @Schema(description = "Missing when the statement gives no rows.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        List<Column> columns,

        @Schema(
                description =
                        "Integers, floats and numerics are exact JSON numbers (NaN and Infinity are strings), booleans are "
                                + "true and false, json and jsonb are embedded, NULL is null, all other types are PostgreSQL's text.",
                type = SchemaType.ARRAY,
                implementation = Object[].class,
                examples = "[[1, \"a\", null]]")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        List<List<@Nullable Cell>> rows,

        @Schema(description = "Notices and warnings; missing when there are none.")
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<Notice> notices) {

    /** All values as PostgreSQL wrote them; empty for NULL. */
    List<List<Optional<String>>> texts() {
        return rows == null ? List.of() : rows.stream().map(ResultTable::texts).toList();
    }

    private static List<Optional<String>> texts(List<@Nullable Cell> row) {
        List<Optional<String>> texts = new ArrayList<>(row.size());
        for (Cell cell : row) {
            texts.add(cell == null ? Optional.empty() : Optional.of(new String(cell.text, StandardCharsets.UTF_8)));
        }
        return texts;
    }

    /** A column. */
    @Schema(name = "Column")
    record Column(
            String name,

            @Schema(description = "Name of a built-in type, else \"other\".", examples = "int4")
            String type,

            @Schema(
                    description = "PostgreSQL's number of the type; above 16383 it differs from node to node.",
                    examples = "23")
            @JsonProperty("type_oid")
            long typeOid) {}

    /** Something PostgreSQL wanted to be known. */
    @Schema(name = "Notice")
    record Notice(String severity, String sqlstate, String message) {}

    /**
     * One value.
     *
     * @param text as PostgreSQL wrote it
     */
    @JsonSerialize(using = CellSerializer.class)
    @SuppressWarnings("ArrayRecordComponent") // Bytes on their way; nobody compares cells.
    record Cell(int type, byte[] text) {}
}
