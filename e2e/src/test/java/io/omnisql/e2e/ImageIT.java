package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Another image reaches all nodes while clients write; a broken one costs a single pod, and the way back is the old image. */
class ImageIT {
    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    @Tag("long")
    void anotherImageReachesEveryNodeWhileClientsWrite() throws Exception {
        Installation cluster = KUBERNETES.shared();
        String image = KUBERNETES.nextNode();

        UnderLoad.run(cluster, "rolling upgrade of the image", load -> {
            long start = System.nanoTime();
            cluster.resource().change("images: {node: '" + image + "'}");
            return load.readySince(start);
        });

        assertThat(cluster.pods())
                .hasSize(3)
                .allSatisfy(pod -> assertThat(cluster.nodes().image(pod)).isEqualTo(image));
    }

    @Test
    void aBrokenImageCostsOnePodAndTheOldOneHealsIt() throws Exception {
        Installation cluster = KUBERNETES.shared();
        String good = cluster.nodes().image(cluster.leader());
        String broken = good + "-that-nobody-built";
        cluster.resource().change("rollout: {progressDeadlineSeconds: 30}");
        cluster.awaitReady();
        var before = cluster.nodes().uids();

        UnderLoad.run(cluster, "a broken image and back", load -> {
            long start = System.nanoTime();
            cluster.resource().change("images: {node: '" + broken + "'}");
            cluster.resource().awaitCondition("Progressing", "reason", "RolloutStuck");
            load.writesGoOn();
            assertThat(changed(before, cluster.nodes().uids()))
                    .as("pods of the broken image")
                    .hasSize(1);

            cluster.resource().change("images: {node: '" + good + "'}");
            return load.readySince(start);
        });

        assertThat(changed(before, cluster.nodes().uids()))
                .as("pods that were made anew")
                .hasSize(1);
        assertThat(cluster.pods())
                .allSatisfy(pod -> assertThat(cluster.nodes().image(pod)).isEqualTo(good));
    }

    private static Map<String, String> changed(Map<String, String> before, Map<String, String> after) {
        return after.entrySet().stream()
                .filter(pod -> !pod.getValue().equals(before.get(pod.getKey())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
