package io.omnisql.client;

import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code run}, {@code check} and {@code plot}. */
@Command(
        name = "omnisql-client",
        mixinStandardHelpOptions = true,
        version = "omnisql-client 0.1.0",
        description = "Loads an OmniSQL cluster, checks its consistency, draws what was measured.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done, and nothing wrong was found",
            "1:the run failed, or a consistency violation was found",
            "2:wrong arguments or a wrong profile"
        },
        subcommands = {RunCommand.class, CheckCommand.class, PlotCommand.class})
public final class ClientMain {
    static final int OK = 0;
    static final int BROKEN = 1;
    static final int WRONG_USAGE = 2;

    private ClientMain() {}

    /** Runs the command and ends the process with its verdict. */
    public static void main(String[] arguments) {
        // Set before any plot is drawn: no display is needed, nor looked for.
        System.setProperty("java.awt.headless", "true");
        System.exit(execute(arguments));
    }

    /** Runs the command; returns the exit code. */
    static int execute(String... arguments) {
        return new CommandLine(new ClientMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((error, command, _) -> {
                    command.getErr()
                            .println("omnisql-client: " + (error instanceof IOException ? error.getMessage() : error));
                    return BROKEN;
                })
                .execute(arguments);
    }
}
