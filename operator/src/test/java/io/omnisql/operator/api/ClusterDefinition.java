package io.omnisql.operator.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** The definition of the resource: generated from its classes, and completed by what the generator's annotations cannot say. */
public final class ClusterDefinition {
    /** The checked-in file, seen from the module. */
    public static final Path FILE = Path.of("../crds/omnisqlclusters.omnisql.io.yaml");

    private static final List<String> COLUMNS =
            List.of("Ready", "Leader", "Config", "Version", "Phase", "Storage", "Age");

    private ClusterDefinition() {}

    /** As YAML. */
    public static String yaml() {
        return "# Generated from io.omnisql.operator.api by CustomResourceDefinitionTest; do not edit.\n"
                + Serialization.asYaml(definition()).replaceFirst("^---\n", "");
    }

    /** As an object. */
    public static CustomResourceDefinition definition() {
        var output = new MemoryOutput();
        new CRDGenerator()
                .customResourceClasses(OmniSqlCluster.class)
                .forCRDVersions("v1")
                .withOutput(output)
                .generate();
        var definition =
                Serialization.unmarshal(output.bytes.toString(StandardCharsets.UTF_8), CustomResourceDefinition.class);
        complete(definition);
        return definition;
    }

    /** What it says of PostgreSQL's parameters. */
    static JSONSchemaProps parameters() {
        return parameters(
                definition().getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema());
    }

    private static JSONSchemaProps parameters(JSONSchemaProps schema) {
        return at(schema, "spec", "postgresql", "parameters");
    }

    private static void complete(CustomResourceDefinition definition) {
        var version = definition.getSpec().getVersions().getFirst();
        version.getAdditionalPrinterColumns()
                .sort(Comparator.comparingInt(
                        (CustomResourceColumnDefinition column) -> COLUMNS.indexOf(column.getName())));
        var schema = version.getSchema().getOpenAPIV3Schema();
        tidy(schema);
        keyed(at(schema, "status", "conditions"), "type");
        keyed(at(schema, "status", "members"), "ordinal");
        var condition = at(schema, "status", "conditions").getItems().getSchema();
        condition.setRequired(List.of("lastTransitionTime", "message", "reason", "status", "type"));
        at(condition, "lastTransitionTime").setFormat("date-time");
        at(condition, "status").setEnum(List.of(new TextNode("True"), new TextNode("False"), new TextNode("Unknown")));
        at(schema, "status", "members").getItems().getSchema().setRequired(List.of("ordinal", "pod", "state"));
        // The cost of a rule is estimated from the largest possible value.
        var parameters = parameters(schema);
        parameters.setMaxProperties(64L);
        parameters.getAdditionalProperties().getSchema().setMaxLength(200L);
        at(schema, "spec", "scheduling", "tolerations").setMaxItems(32L);
        at(schema, "spec", "networkPolicy", "clients").setMaxItems(32L);
    }

    /**
     * The generator finds a rule at a record's component twice, as field and as accessor, and makes a whole value of an object's default, where
     * {@code {}} is meant: the API server goes on with the defaults inside.
     */
    private static void tidy(JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations() != null) {
            schema.setXKubernetesValidations(
                    schema.getXKubernetesValidations().stream().distinct().toList());
        }
        if (schema.getProperties() == null || schema.getProperties().isEmpty()) {
            return;
        }
        if (schema.getDefault() != null) {
            schema.setDefault(JsonNodeFactory.instance.objectNode());
        }
        schema.getProperties().values().forEach(ClusterDefinition::tidy);
    }

    private static void keyed(JSONSchemaProps list, String key) {
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of(key));
    }

    private static JSONSchemaProps at(JSONSchemaProps schema, String... path) {
        var found = schema;
        for (String name : path) {
            found = Objects.requireNonNull(found.getProperties().get(name), name);
        }
        return found;
    }

    private static final class MemoryOutput implements CRDGenerator.CRDOutput<OutputStream> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public OutputStream outputFor(String crdName) {
            return bytes;
        }

        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }
}
