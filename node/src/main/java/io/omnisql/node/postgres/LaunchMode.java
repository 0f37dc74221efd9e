package io.omnisql.node.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How PostgreSQL's programs, which refuse to run as root, are started by this process. */
public enum LaunchMode {
    /** This process is not root: nothing to do. */
    DIRECT,
    /** Root, in a user namespace without a mapping: PostgreSQL sees itself as nobody, the files stay root's. */
    USER_NAMESPACE,
    /** Root gives up its rights: PostgreSQL's files must belong to nobody. */
    NOBODY,
    /** The same by another program. */
    NOBODY_BY_RUNUSER;

    private static final int NOBODY_ID = 65534;
    private static final List<String> DIE_WITH_PARENT = List.of("setpriv", "--pdeathsig", "QUIT");
    private static final long PROBE_SECONDS = 10;

    /** The first way that works here. */
    public static LaunchMode detect() throws IOException {
        if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            return DIRECT;
        }
        for (LaunchMode mode : List.of(USER_NAMESPACE, NOBODY, NOBODY_BY_RUNUSER)) {
            if (works(mode.command(List.of("sh", "-c", "test \"$(id -u)\" -ne 0")))) {
                return mode;
            }
        }
        throw new IOException("PostgreSQL refuses to run as root, and neither unshare -U nor setpriv nor runuser works"
                + " here: run the node as another user, or give it an external PostgreSQL");
    }

    /** The command as it must be started. */
    List<String> command(List<String> arguments) {
        var command = new ArrayList<>(prefix());
        command.addAll(arguments);
        return command;
    }

    /** The same for a process that the kernel ends when the thread that started it does, where that can be had. */
    List<String> boundCommand(List<String> arguments) {
        var bound = new ArrayList<>(DIE_WITH_PARENT);
        bound.addAll(arguments);
        boolean canBind =
                this != NOBODY_BY_RUNUSER && works(command(List.of("setpriv", "--pdeathsig", "QUIT", "true")));
        return command(canBind ? bound : arguments);
    }

    /** Makes PostgreSQL the owner of a folder and all in it, if that takes doing. */
    void own(Path folder) throws IOException {
        if (this == DIRECT || this == USER_NAMESPACE) {
            return;
        }
        try (var paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.setAttribute(path, "unix:uid", NOBODY_ID, java.nio.file.LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    /** Whether that user is this process's own, or the one as whom it runs PostgreSQL. */
    boolean isOurs(int user) throws IOException {
        boolean runsAsNobody = this == NOBODY || this == NOBODY_BY_RUNUSER;
        return Integer.valueOf(user).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                || (runsAsNobody && user == NOBODY_ID);
    }

    private List<String> prefix() {
        return switch (this) {
            case DIRECT -> List.of();
            case USER_NAMESPACE -> List.of("unshare", "-U");
            case NOBODY -> List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups");
            case NOBODY_BY_RUNUSER -> List.of("runuser", "-u", "nobody", "--");
        };
    }

    private static boolean works(List<String> command) {
        try {
            Process probe = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean hasEnded = probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS);
            probe.destroyForcibly();
            return hasEnded && probe.exitValue() == 0;
        } catch (IOException e) {
            return false; // The program is not installed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
