package io.omnisql.operator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A sample out of manifests/, completed by the schema's defaults as the API server does it. */
public final class SampleCluster {
    private static final Path FOLDER = Path.of("../manifests/samples");

    private SampleCluster() {}

    /** The sample in that file. */
    public static OmniSqlCluster of(String file) {
        try {
            return ofYaml(clusterIn(FOLDER.resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The cluster's part of a file, which may hold objects of other makers, too. */
    public static String clusterIn(Path file) throws IOException {
        return Arrays.stream(Files.readString(file).split("(?m)^---\n"))
                .filter(document -> document.contains("kind: OmniSqlCluster"))
                .findFirst()
                .orElseThrow();
    }

    /** The resource in that text. */
    public static OmniSqlCluster ofYaml(String yaml) {
        ObjectNode resource = Serialization.unmarshal(yaml, ObjectNode.class);
        complete(
                resource,
                ClusterDefinition.definition()
                        .getSpec()
                        .getVersions()
                        .getFirst()
                        .getSchema()
                        .getOpenAPIV3Schema());
        var cluster = Serialization.unmarshal(resource.toString(), OmniSqlCluster.class);
        cluster.getMetadata().setNamespace("demo");
        cluster.getMetadata().setUid("6f1c2a5e-0000-4000-8000-000000000001");
        cluster.getMetadata().setGeneration(1L);
        return cluster;
    }

    private static void complete(ObjectNode value, JSONSchemaProps schema) {
        schema.getProperties().forEach((name, property) -> {
            if (!value.has(name) && property.getDefault() != null) {
                value.set(name, property.getDefault().deepCopy());
            }
            JsonNode inner = value.get(name);
            if (inner instanceof ObjectNode object && property.getProperties() != null) {
                complete(object, property);
            }
        });
    }
}
