package io.omnisql.operator.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the schema lets through and the node does not costs a pod, and what only the node lets through nobody can choose. */
class ChoosableParametersTest {
    private static final Path PAGE = Path.of("../docs/operations.md");

    private static Set<String> names(String pattern, String text) {
        var names = new TreeSet<String>();
        Pattern.compile(pattern).matcher(text).results().forEach(found -> names.add(found.group(1)));
        return names;
    }

    @Test
    void theSchemaLetsThroughWhatTheNodeLetsThrough() {
        var rule = ClusterDefinition.parameters().getXKubernetesValidations().stream()
                .map(validation -> validation.getRule())
                .filter(text -> text.contains("k in ["))
                .toList();

        assertThat(rule)
                .singleElement()
                .satisfies(text -> assertThat(names("'([a-z_]+)'", text)).isEqualTo(NodeParameters.names()));
    }

    @Test
    void thePageOfSettingsNamesThem() throws IOException {
        String row = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `omnisql.postgres.parameters.NAME`"))
                .findFirst()
                .orElseThrow();

        assertThat(names("`([a-z_]+)`", row)).isEqualTo(NodeParameters.names());
    }
}
