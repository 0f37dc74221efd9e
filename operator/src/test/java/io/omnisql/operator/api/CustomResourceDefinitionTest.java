package io.omnisql.operator.api;

import io.omnisql.operator.GoldenFile;
import org.junit.jupiter.api.Test;

class CustomResourceDefinitionTest {
    @Test
    void theCheckedInDefinitionIsTheOneThatTheClassesMake() {
        GoldenFile.check(ClusterDefinition.FILE, ClusterDefinition.yaml());
    }
}
