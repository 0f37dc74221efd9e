package io.omnisql.operator.dependent;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** The alerts of {@code compose/prometheus/alerts.yml}, for one of many clusters that a Prometheus may know. */
final class AlertRules {
    private static final String FILE = "/alerts.yml";

    /** A metric of the node, with the labels that are asked for already. */
    private static final Pattern METRIC = Pattern.compile("\\b(omnisql_[a-z_]+|up)\\b(?:\\{([^}]*)})?");

    private AlertRules() {}

    /** Groups of rules. */
    static List<Map<String, Object>> of(Names names) {
        return groups().stream().map(group -> narrowed(group, names)).toList();
    }

    private static List<Map<String, Object>> groups() {
        try (var file = Objects.requireNonNull(AlertRules.class.getResourceAsStream(FILE), FILE)) {
            var type = new TypeReference<Map<String, List<Map<String, Object>>>>() {};
            return Objects.requireNonNull(
                    new ObjectMapper(new YAMLFactory()).readValue(file, type).get("groups"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> narrowed(Map<String, Object> group, Names names) {
        var narrowed = new LinkedHashMap<>(group);
        narrowed.computeIfPresent(
                "rules",
                (key, rules) -> ((List<?>) rules)
                        .stream()
                                .map(rule -> narrowedRule((Map<?, ?>) rule, names))
                                .toList());
        return narrowed;
    }

    private static Map<Object, Object> narrowedRule(Map<?, ?> rule, Names names) {
        var narrowed = new LinkedHashMap<Object, Object>(rule);
        narrowed.computeIfPresent("expr", (key, expression) -> narrowed((String) expression, names));
        return narrowed;
    }

    /** Every metric with the labels of that cluster's pods. */
    static String narrowed(String expression, Names names) {
        String labels =
                "namespace=\"%s\",app_kubernetes_io_instance=\"%s\"".formatted(names.namespace(), names.cluster());
        return METRIC.matcher(expression)
                .replaceAll(found -> found.group(1) + "{" + labels
                        + (found.group(2) == null || found.group(2).isEmpty() ? "" : "," + found.group(2)) + "}");
    }
}
