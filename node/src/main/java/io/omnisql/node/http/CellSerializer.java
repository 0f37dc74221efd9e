package io.omnisql.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import io.omnisql.node.http.ResultTable.Cell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes a value as the JSON of its type, without losing a digit. */
final class CellSerializer extends JsonSerializer<Cell> {
    @Override
    public void serialize(Cell cell, JsonGenerator json, SerializerProvider provider) throws IOException {
        String text = new String(cell.text(), StandardCharsets.UTF_8);
        switch (cell.type()) {
            case BuiltInType.BOOL -> json.writeBoolean("t".equals(text));
            case BuiltInType.INT2,
                    BuiltInType.INT4,
                    BuiltInType.INT8,
                    BuiltInType.OID,
                    BuiltInType.FLOAT4,
                    BuiltInType.FLOAT8,
                    BuiltInType.NUMERIC -> number(text, json);
            case BuiltInType.JSON, BuiltInType.JSONB -> json.writeRawValue(text);
            default -> json.writeString(text);
        }
    }

    private static void number(String text, JsonGenerator json) throws IOException {
        char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
        if (last >= '0' && last <= '9') {
            json.writeNumber(text);
        } else {
            json.writeString(text); // NaN, Infinity, -Infinity: JSON has no numbers for them.
        }
    }
}
