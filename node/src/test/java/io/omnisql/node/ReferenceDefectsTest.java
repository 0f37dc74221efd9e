package io.omnisql.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * None of the defects of the system that this one succeeds may come back: each has a test that names it by the tag
 * {@code reference-defect-N}. What they were: docs/architecture/defects.md.
 */
class ReferenceDefectsTest {
    private static final int DEFECTS = 18;
    private static final String TAG = "reference-defect-";
    private static final Pattern SECRET = Pattern.compile("(?im)^[^#\\n]*(password|secret|token)\\s*[=:]\\s*[^\\s$].*");

    @Test
    void everyDefectHasATestThatNamesIt() {
        Set<String> named = new ClassFileImporter()
                .importPackages("io.omnisql").stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(Tag.class))
                        .map(ReferenceDefectsTest::tag)
                        .filter(tag -> tag.startsWith(TAG))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, DEFECTS)
                        .mapToObj(number -> TAG + number)
                        .toList());
    }

    private static String tag(JavaMethod method) {
        return method.getAnnotationOfType(Tag.class).value();
    }

    @Tag("reference-defect-18")
    @Test
    void noConfigurationFileHoldsASecret() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("..", "config"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern(SECRET);
            }
        }
    }
}
