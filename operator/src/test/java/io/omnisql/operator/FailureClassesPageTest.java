package io.omnisql.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FailureClassesPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/failure-classes.md");
    private static final List<String> TESTS =
            List.of("operator/src/test/java", "e2e/src/test/java", "node/src/test/java");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final int CLASSES = 18;

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String folder : TESTS) {
            try (var files = Files.walk(ROOT.resolve(folder))) {
                for (Path file : files.filter(found -> found.toString().endsWith(".java"))
                        .toList()) {
                    String name = file.getFileName().toString();
                    sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
                }
            }
        }
        return sources;
    }

    @Test
    void everyTestThatThePageNamesExists() throws IOException {
        var sources = sources();
        List<String> missing = new ArrayList<>();

        NAMED.matcher(Files.readString(PAGE)).results().forEach(named -> {
            var method = Pattern.compile("@(?:Test|ParameterizedTest)\\b[^;]*?\\bvoid " + named.group(2) + "\\(");
            if (!method.matcher(sources.getOrDefault(named.group(1), "")).find()) {
                missing.add(named.group());
            }
        });

        assertThat(missing).isEmpty();
    }

    @Test
    void everyClassNamesATest() throws IOException {
        var rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| \\d+ \\|.*"))
                .toList();

        assertThat(rows).hasSize(CLASSES).allMatch(row -> NAMED.matcher(row).find());
    }
}
