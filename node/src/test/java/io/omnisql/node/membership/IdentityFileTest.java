package io.omnisql.node.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityFileTest {
    private static final UUID CLUSTER = ClusterUid.of("test");
    private static final Founding.Plan PLAN =
            new Founding.Plan(CLUSTER, 2, new TreeMap<>(Map.of(1L, "a:1", 2L, "b:1", 3L, "c:1")), null, null);

    @TempDir
    Path folder;

    private void makeLog() throws IOException {
        Files.createDirectories(folder.resolve("log"));
        Files.writeString(folder.resolve("log").resolve("0000000000000001.wal"), "log");
    }

    private Path archive() throws IOException {
        try (var parts = Files.list(folder)) {
            return parts.filter(part -> part.getFileName().toString().startsWith("retired-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void isTheSameAfterARestart() throws IOException {
        IdentityFile first = IdentityFile.open(folder, PLAN);
        first.join(CLUSTER, 4, Rosters.roster(2, 4, 1, 2, 3));
        makeLog();
        first.logBegun();
        first.configured(5);
        first.configured(3);

        IdentityFile again = IdentityFile.open(folder, PLAN);

        assertThat(again.get()).isEqualTo(first.get());
        assertThat(again.get().lastConfigurationId()).isEqualTo(5);
        assertThat(again.get().belonging().beginning())
                .isEqualTo(new NodeIdentity.Beginning(false, Rosters.roster(2, 4, 1, 2, 3)));
    }

    @Test
    void twoFoldersAreNeverTheSame() throws IOException {
        UUID first = IdentityFile.open(folder.resolve("a"), PLAN).get().incarnation();
        UUID second = IdentityFile.open(folder.resolve("b"), PLAN).get().incarnation();

        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void aFolderWhoseLogIsOlderThanIdentitiesIsTheMemberOfTheSettings() throws IOException {
        makeLog();

        NodeIdentity identity = IdentityFile.open(folder, PLAN).get();

        assertThat(identity.belonging().self().value()).isEqualTo(2);
        assertThat(identity.belonging().clusterUid()).isEqualTo(CLUSTER);
        Roster founding = identity.belonging().beginning().configuration();
        assertThat(founding.names(2, identity.incarnation())).isTrue();
        var ofAnother = new Founding.Plan(CLUSTER, 1, PLAN.members(), null, null);
        assertThat(ofAnother.founding()).as("every member derives the same").isEqualTo(founding);
    }

    @Test
    void aLogOfUnknownMembersIsRefused() throws IOException {
        makeLog();

        assertThatThrownBy(() -> IdentityFile.open(folder, null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds a log but no identity");
    }

    @Test
    void whoLostItsLogHasForgottenItsPromisesAndIsSomebodyElse() throws IOException {
        IdentityFile first = IdentityFile.open(folder, PLAN);
        first.join(CLUSTER, 4, Rosters.roster(2, 4, 1, 2, 3));
        makeLog();
        first.logBegun();
        Files.delete(folder.resolve("log").resolve("0000000000000001.wal"));
        Files.createDirectories(folder.resolve("postgresql"));

        NodeIdentity now = IdentityFile.open(folder, PLAN).get();

        assertThat(now.belongs()).isFalse();
        assertThat(now.incarnation()).isNotEqualTo(first.get().incarnation());
        assertThat(folder.resolve("postgresql")).doesNotExist();
        assertThat(archive().resolve("postgresql")).exists();
    }

    @Test
    void aRetiredFolderBeginsAnewAndKeepsItsLastContentsAside() throws IOException {
        IdentityFile file = IdentityFile.open(folder, PLAN);
        file.join(CLUSTER, 4, Rosters.roster(2, 4, 1, 2, 3));
        makeLog();
        file.logBegun();
        UUID before = file.get().incarnation();

        file.retire();

        assertThat(file.get().belongs()).isFalse();
        assertThat(file.get().incarnation()).isNotEqualTo(before);
        assertThat(archive().resolve("log")).exists();
        assertThat(Files.readString(archive().resolve("identity.json"))).contains(before.toString());
        assertThat(folder.resolve("log")).doesNotExist();
    }

    @Test
    void aDamagedIdentityStopsTheStart() throws IOException {
        IdentityFile.open(folder, PLAN);
        Files.writeString(folder.resolve("identity.json"), "{\"memberId\":");

        assertThatThrownBy(() -> IdentityFile.open(folder, PLAN)).hasMessageContaining("cannot be read");
    }
}
