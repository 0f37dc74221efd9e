package io.omnisql.node.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScannerTest {
    static LongStream seeds() {
        return Long.getLong("seed") == null ? LongStream.range(0, 500) : LongStream.of(Long.getLong("seed"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "select 1 ~ WORD:select INTEGER:1",
                "'it''s' ~ STRING:'it''s'",
                "E'it\\'s' x ~ ESCAPE_STRING:E'it\\'s' WORD:x",
                "U&'d\\0061t' ~ UNICODE_STRING:U&'d\\0061t'",
                "U&\"d\\0061t\" ~ UNICODE_NAME:U&\"d\\0061t\"",
                "B'01' X'1F' n'x' ~ BIT_STRING:B'01' BIT_STRING:X'1F' STRING:n'x'",
                "\"a\"\"b\" ~ QUOTED_NAME:\"a\"\"b\"",
                "$$a;b$$ ~ DOLLAR_STRING:$$a;b$$",
                "$t$a$$b$t$ ~ DOLLAR_STRING:$t$a$$b$t$",
                "a$b$c ~ WORD:a$b$c",
                "$1::int ~ PARAMETER:$1 PUNCTUATION::: WORD:int",
                "x--y ~ WORD:x",
                "x /* a /* b */ c */ y ~ WORD:x WORD:y",
                "1.5e-3 .5 1. 1_000 0x1F ~ DECIMAL:1.5e-3 DECIMAL:.5 DECIMAL:1. INTEGER:1_000 INTEGER:0x1F",
                "1..10 ~ INTEGER:1 PUNCTUATION:.. INTEGER:10",
                "a<=-1 ~ WORD:a OPERATOR:<= OPERATOR:- INTEGER:1",
                "a@-1 ~ WORD:a OPERATOR:@- INTEGER:1",
                "a->>'k' ~ WORD:a OPERATOR:->> STRING:'k'",
                "a*/*c*/b ~ WORD:a OPERATOR:* WORD:b",
                "a := b => c ~ WORD:a PUNCTUATION::= WORD:b OPERATOR:=> WORD:c",
                "été = 1 ~ WORD:été OPERATOR:= INTEGER:1",
                "{ ~ OTHER:{",
                "'a' 'b' ~ STRING:'a' STRING:'b'",
            })
    void cutsByPostgresRules(String sql, String expected) {
        Tokens tokens = Scanner.scan(sql);

        List<String> described = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            described.add(tokens.kind(i) + ":" + tokens.text(i));
        }
        assertThat(String.join(" ", described)).isEqualTo(expected);
        assertThat(tokens.unterminated()).isFalse();
    }

    @Test
    void joinsAStringThatGoesOnOnTheNextLine() {
        Tokens tokens = Scanner.scan("'no' -- more\n 'w'::timestamptz");

        assertThat(tokens.kind(0)).isEqualTo(TokenKind.STRING);
        assertThat(Literals.value(tokens, 0)).isEqualTo("now");
        assertThat(tokens.isSymbol(1, "::")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "'it''s' ~ it's",
                "E'n\\x6fw' ~ now",
                "E'\\u006e\\157w\\n' ~ `now\n`",
                "$x$a'b$x$ ~ a'b",
                "N'x' ~ x"
            })
    void readsTheValueOfALiteral(String sql, String expected) {
        assertThat(Literals.value(Scanner.scan(sql), 0)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {"'x", "\"x", "$$x", "$a$ x $$", "/* x", "E'x\\'", "U&'x"})
    void tellsAnUnterminatedText(String sql) {
        assertThat(Scanner.scan(sql).unterminated()).isTrue();
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void staysWithinAnyText(long seed) {
        String sql = randomText(new SplittableRandom(seed));

        Tokens tokens = Scanner.scan(sql);

        int end = 0;
        for (int i = 0; i < tokens.size(); i++) {
            assertThat(tokens.start(i)).isGreaterThanOrEqualTo(end);
            assertThat(tokens.end(i)).isGreaterThan(tokens.start(i)).isLessThanOrEqualTo(sql.length());
            Literals.value(tokens, i);
            end = tokens.end(i);
        }
        StatementSplitter.split(sql).forEach(statement -> {
            StatementClassifier.classify(statement);
            assertThat(statement.shape()).isNotNull();
            assertThat(sql.substring(statement.offset())).startsWith(statement.sql());
        });
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void findsTheSameTokensWhateverStandsBetweenThem(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> pieces = new ArrayList<>();
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            String piece = PIECES.get(random.nextInt(PIECES.size()));
            pieces.add(piece);
            sql.append(piece).append(BETWEEN.get(random.nextInt(BETWEEN.size())));
        }

        Tokens tokens = Scanner.scan(sql.toString());

        List<String> found = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            found.add(tokens.text(i));
        }
        assertThat(found).isEqualTo(pieces);
    }

    private static final List<String> PIECES = List.of(
            "select", "\"A b\"", "$1", "$$x'y$$", "1.5", "42", "(", ")", ",", "::", "<=", "$q$;$q$", "été", "E'\\''");

    private static final List<String> BETWEEN = List.of(" ", "\n", "\t\r\n", " /* ; ' */ ", " -- ' $$\n");

    private static String randomText(SplittableRandom random) {
        String alphabet = "'\"$;()-/*\\\n eEuU&xXab019.:=<>+tonwé\0";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
