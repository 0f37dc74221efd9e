package io.omnisql.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.pgprotocol.BackendEncoder;
import io.omnisql.node.pgprotocol.BackendMessage;
import io.omnisql.node.pgprotocol.BackendMessage.Column;
import io.omnisql.node.pgprotocol.BackendMessage.CommandComplete;
import io.omnisql.node.pgprotocol.BackendMessage.DataRow;
import io.omnisql.node.pgprotocol.BackendMessage.RowDescription;
import io.omnisql.node.pgprotocol.ErrorFields;
import io.omnisql.node.pgprotocol.ProtocolViolation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultJsonTest {
    private static StatementResult result(BackendMessage... messages) {
        var wire = new ByteArrayOutputStream();
        for (BackendMessage message : messages) {
            wire.writeBytes(BackendEncoder.encode(message));
        }
        return new StatementResult(wire.toByteArray(), null);
    }

    private static Column column(String name, int type) {
        return new Column(name, 0, 0, type, -1, -1, 0);
    }

    private static DataRow row(@Nullable String... values) {
        return new DataRow(Arrays.asList(Arrays.stream(values)
                .map(value -> value == null ? null : value.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new)));
    }

    private static String json(StatementResult result) throws JsonProcessingException {
        return new JsonMapper()
                .writeValueAsString(new SqlResponse(Outcome.DONE, List.of(ResultReader.table(result)), 5L));
    }

    @Test
    void tellsAWriteByItsTag() throws JsonProcessingException {
        assertThat(json(result(new CommandComplete("INSERT 0 1"))))
                .isEqualTo("{\"outcome\":\"done\",\"results\":[{\"command\":\"INSERT 0 1\"}],\"applied_index\":5}");
    }

    @Test
    void tellsColumnsAndRows() throws JsonProcessingException {
        var described = new RowDescription(List.of(column("id", 23), column("name", 25)));

        String json = json(result(described, row("1", "a\"b"), row("2", null), new CommandComplete("SELECT 2")));

        assertThat(json)
                .contains("\"columns\":[{\"name\":\"id\",\"type\":\"int4\",\"type_oid\":23},"
                        + "{\"name\":\"name\",\"type\":\"text\",\"type_oid\":25}]")
                .contains("\"rows\":[[1,\"a\\\"b\"],[2,null]]");
    }

    @Test
    void tellsAnEmptyTableByItsColumnsAndNoRows() throws JsonProcessingException {
        assertThat(json(result(new RowDescription(List.of(column("id", 23))), new CommandComplete("SELECT 0"))))
                .contains("\"rows\":[]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "16   | t                       | true",
                "16   | f                       | false",
                "20   | 9007199254740993        | 9007199254740993",
                "21   | -1                      | -1",
                "701  | 1.5e+300                | 1.5e+300",
                "701  | NaN                     | \"NaN\"",
                "701  | -Infinity               | \"-Infinity\"",
                "1700 | 0.10                    | 0.10",
                "1700 | 123456789012345678901.5 | 123456789012345678901.5",
                "1700 | NaN                     | \"NaN\"",
                "3802 | {\"a\": [1, 2.50]}      | {\"a\": [1, 2.50]}",
                "114  | null                    | null",
                "25   | 12                      | \"12\"",
                "1184 | 2026-01-01 00:00:00+00  | \"2026-01-01 00:00:00+00\"",
                "1007 | {1,2}                   | \"{1,2}\"",
                "99999| mood                    | \"mood\""
            })
    void writesEachTypeWithoutLosingADigit(int type, String text, String expected) throws JsonProcessingException {
        var described = new RowDescription(List.of(column("c", type)));

        assertThat(json(result(described, row(text), new CommandComplete("SELECT 1"))))
                .contains("\"rows\":[[" + expected + "]]");
    }

    @Test
    void keepsNotices() throws JsonProcessingException {
        var notice = new BackendMessage.NoticeResponse(ErrorFields.notice("NOTICE", "00000", "relation exists"));

        assertThat(json(result(notice, new CommandComplete("CREATE TABLE"))))
                .contains(
                        "\"notices\":[{\"severity\":\"NOTICE\",\"sqlstate\":\"00000\",\"message\":\"relation exists\"}]");
    }

    @Test
    void findsTheErrorOfAFailedStatement() {
        var error = new BackendMessage.ErrorResponse(
                ErrorFields.error("23505", "duplicate key").withDetail("Key (id)=(1) already exists."));
        var failed = new StatementResult(BackendEncoder.encode(error), "23505");

        ErrorResponse response = ErrorResponse.of(ResultReader.error(failed), 2);

        assertThat(response.outcome()).isEqualTo(Outcome.NOT_DONE);
        assertThat(response.error().sqlstate()).isEqualTo("23505");
        assertThat(response.error().detail()).isEqualTo("Key (id)=(1) already exists.");
        assertThat(response.error().statementIndex()).isEqualTo(2);
    }

    @Test
    void refusesAResultThatIsCutOff() {
        byte[] whole = result(new CommandComplete("SELECT 1")).wire();
        var cut = new StatementResult(Arrays.copyOf(whole, whole.length - 1), null);

        assertThatThrownBy(() -> ResultReader.table(cut)).isInstanceOf(ProtocolViolation.class);
    }

    @ParameterizedTest
    @CsvSource({
        "42601,400", "22012,400", "0A000,400", "P0001,400", "08P01,400", "28P01,401", "42501,403", "23505,409",
                "40001,409",
        "54000,413", "XX000,500", "58030,500", "53300,503", "57P03,503", "08006,503", "57014,504", "40003,504", "'',500"
    })
    void choosesTheStatusByTheSqlState(String sqlState, int status) {
        assertThat(HttpStatus.of(sqlState)).isEqualTo(status);
    }
}
