package io.omnisql.client;

import io.omnisql.client.report.Plots;
import io.omnisql.client.report.RequestLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Draws the plots of a result folder again; all clients below the folder in one picture. */
@Command(
        name = "plot",
        mixinStandardHelpOptions = true,
        description = "Draws the plots of every requests.csv in and below FOLDER, together, into FOLDER.")
final class PlotCommand implements Callable<Integer> {
    private static final int DEPTH_MAX = 3;

    @Parameters(paramLabel = "FOLDER", description = "Where results are.")
    private Path folder = Path.of(".");

    @Override
    public Integer call() throws IOException {
        return draw(folder) ? ClientMain.OK : ClientMain.BROKEN;
    }

    /** Draws into the folder; false, with the reason told, when there is nothing to draw or nothing to draw with. */
    static boolean draw(Path folder) throws IOException {
        List<Path> logs = logs(folder);
        try {
            List<Path> files = Plots.draw(logs, folder);
            System.out.println(
                    files.isEmpty() ? "No requests to draw in " + folder : "Plots: " + folder + "/*.png, *.svg");
            return !files.isEmpty();
        } catch (LinkageError | InternalError error) {
            // A JDK without fontconfig or freetype cannot draw text. The measurements are safe in the files.
            System.err.println("omnisql-client: no plots, as this system lacks what Java draws text with (install "
                    + "fontconfig and a font, then: plot " + folder + "): " + error.getMessage());
            return false;
        }
    }

    private static List<Path> logs(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder, DEPTH_MAX)) {
            return files.filter(file -> file.endsWith(RequestLog.FILE_NAME))
                    .sorted()
                    .toList();
        }
    }
}
