package io.omnisql.node.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes without a network: what one asks the other is answered at once, if that one is there. */
class FoundingTest {
    private static final SortedMap<Long, String> THREE = new TreeMap<>(Map.of(1L, "a:1", 2L, "b:1", 3L, "c:1"));

    @TempDir
    Path folder;

    private final Map<String, Candidate> reachable = new TreeMap<>();

    /** A node and its disk. */
    private final class Candidate {
        final Founding founding;
        final IdentityFile file;

        Candidate(long id, String disk, String nonce, SortedMap<Long, String> members) throws IOException {
            var plan = new Founding.Plan(ClusterUid.of(nonce), id, members, null, null);
            file = IdentityFile.open(folder.resolve(disk), plan);
            founding = new Founding(plan, file, FoundingTest.this::ask);
            reachable.put(plan.address(id), this);
        }

        Roster configuration() {
            return file.get().belonging().beginning().configuration();
        }
    }

    private byte[] ask(String address, byte[] question) throws IOException {
        Candidate asked = reachable.get(address);
        if (asked == null) {
            throw new IOException("not there");
        }
        return asked.founding.answer(question);
    }

    private Candidate start(long id, String disk) throws IOException {
        return new Candidate(id, disk, "test", THREE);
    }

    @Test
    void allTogetherFoundACluster() throws IOException {
        Candidate one = start(1, "1");
        Candidate two = start(2, "2");
        Candidate three = start(3, "3");

        assertThat(two.founding.step()).as("the first of the list founds").isEmpty();
        Optional<Roster> founded = one.founding.step();
        two.founding.step();
        three.founding.step();

        assertThat(founded).isPresent();
        assertThat(two.configuration()).isEqualTo(founded.get());
        assertThat(three.configuration()).isEqualTo(founded.get());
        assertThat(founded.get().id()).isEqualTo(1);
        assertThat(founded.get().nextMemberId()).isEqualTo(4);
        assertThat(founded.get().names(3, three.file.get().incarnation())).isTrue();
    }

    @Test
    void oneAloneFoundsAClusterOfOne() throws IOException {
        var alone = new Candidate(1, "1", "test", new TreeMap<>(Map.of(1L, "a:1")));

        assertThat(alone.founding.step()).isPresent();
        assertThat(alone.file.get().belongs()).isTrue();
    }

    @Test
    void aMajorityIsNotEnough() throws IOException {
        Candidate one = start(1, "1");
        Candidate two = start(2, "2");

        one.founding.step();
        two.founding.step();

        assertThat(one.file.get().belongs()).isFalse();
        assertThat(two.file.get().belongs()).isFalse();
    }

    @Test
    void twoEmptiedDisksOfThreeFoundNothing() throws IOException {
        Candidate one = start(1, "1");
        start(2, "2");
        Candidate three = start(3, "3");
        one.founding.step();
        three.founding.step();
        assertThat(three.file.get().belongs()).isTrue();

        Candidate emptiedOne = start(1, "1 emptied");
        Candidate emptiedTwo = start(2, "2 emptied");
        for (int i = 0; i < 3; i++) {
            emptiedOne.founding.step();
            emptiedTwo.founding.step();
        }

        assertThat(emptiedOne.file.get().belongs()).isFalse();
        assertThat(emptiedTwo.file.get().belongs()).isFalse();
    }

    @Test
    void whoMissedTheFoundingFindsItselfNamed() throws IOException {
        Candidate one = start(1, "1");
        start(2, "2");
        start(3, "3");
        one.founding.step();

        Candidate restarted = start(2, "2");
        restarted.founding.step();

        assertThat(restarted.configuration()).isEqualTo(one.configuration());
    }

    @Test
    void anotherNonceOrAnotherListIsAnotherCluster() throws IOException {
        Candidate one = start(1, "1");
        start(2, "2");
        Candidate other = new Candidate(3, "3", "other", THREE);

        one.founding.step();
        other.founding.step();
        assertThat(one.file.get().belongs()).isFalse();

        Candidate misled = new Candidate(3, "4", "test", new TreeMap<>(Map.of(1L, "a:1", 2L, "x:1", 3L, "c:1")));
        Optional<Roster> founded = one.founding.step();
        assertThat(founded).as("the founder cannot know").isPresent();
        misled.founding.answer(Json.write(
                new Introduction(ClusterUid.of("test"), 1, one.file.get().incarnation(), founded.get())));
        assertThat(misled.file.get().belongs())
                .as("it refuses what it was told otherwise")
                .isFalse();
    }

    @Test
    void anOrderOfAnEarlierDiskOfTheFounderIsNotFollowed() throws IOException {
        Candidate early = start(1, "1");
        Candidate two = start(2, "2");
        Candidate three = start(3, "3");
        early.founding.step();
        Roster lost = early.configuration();
        UUID earlier = early.file.get().incarnation();
        Candidate emptied = start(1, "1 emptied");
        Roster founded = emptied.founding.step().orElseThrow();

        byte[] late = Json.write(new Introduction(ClusterUid.of("test"), 1, earlier, lost));
        two.founding.answer(late);
        three.founding.answer(late);
        two.founding.step();
        three.founding.step();

        assertThat(two.configuration()).isEqualTo(founded);
        assertThat(three.configuration()).isEqualTo(founded);
    }

    @Test
    void aListWithoutThisNodeOrWithAWrongAddressIsRefused() {
        assertThatThrownBy(() -> new Founding.Plan(ClusterUid.of("test"), 4, THREE, null, null))
                .hasMessageContaining("is not among");
        assertThatThrownBy(() ->
                        new Founding.Plan(ClusterUid.of("test"), 1, new TreeMap<>(Map.of(1L, "nowhere")), null, null))
                .hasMessageContaining("is not host:port");
    }
}
