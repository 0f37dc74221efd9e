package io.omnisql.omnipaxos.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Runs a story between replicas. One command a line, or several with {@code /} between them; {@code #} begins a comment; what
 * the commands print stands below them in lines that begin with {@code >}.
 *
 * <pre>
 * nodes 3 [retained BYTES] [catchup ENTRIES]   starts nodes 1 to 3
 * candidate 1      node 1 asks for leadership      elect 1     the same, and all is delivered
 * propose 1 "a"    at node 1                       read 1      a linearizable read there
 * deliver KIND|all [to 2]    what waits, and what comes of it as far as it matches too
 * drop KIND|all [to 2]       loses it              keep KIND [to 2]   loses it for now
 * replay           what was kept arrives, each time    messages    shows what waits
 * hold 1 / persist 1         the disk of node 1 stops finishing writes / finishes them
 * join 4          node 4 comes with an empty disk    reconfigure 1 2 3 4    node 1 proposes the replicas 2, 3 and 4
 * trim 1 5         node 1 gives up what is below slot 5      install 1 2   node 1 takes over the state of node 2
 * crash 1 / restart 1        cut 1 2 / heal        tick 5 (nothing is delivered) / run 5 (all is)
 * logs             shows every node
 * </pre>
 *
 * Kinds are the names of the messages in small letters; {@code accept} is short for AcceptDecide, {@code heartbeat} for both.
 */
final class Script {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    private final Stage stage = new Stage();
    private final List<String> drawn = new ArrayList<>();

    private Script() {}

    /** The text of a script with what it prints drawn anew. */
    static String redraw(String text) {
        Script script = new Script();
        text.lines().filter(line -> !line.startsWith(">")).forEach(script::line);
        return String.join("\n", script.drawn) + "\n";
    }

    private void line(String line) {
        drawn.add(line);
        String commands = line.replaceFirst("#.*", "");
        for (String command : commands.split(" / ", -1)) {
            if (!command.isBlank()) {
                run(words(command), line);
            }
        }
        stage.takePrinted().forEach(each -> drawn.add("> " + each));
    }

    private static List<String> words(String command) {
        return WORD.matcher(command)
                .results()
                .map(each -> each.group(1) == null ? each.group(2) : each.group(1))
                .toList();
    }

    private void run(List<String> words, String line) {
        try {
            run(words);
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("At \"" + line + "\": " + failure.getMessage(), failure);
        }
    }

    private void run(List<String> words) {
        switch (words.getFirst()) {
            case "nodes" ->
                stage.start(number(words, 1), option(words, "retained", 1 << 20), option(words, "catchup", 100));
            case "candidate" -> stage.candidate(number(words, 1));
            case "elect" -> {
                stage.candidate(number(words, 1));
                stage.deliver("all", 0);
            }
            case "propose" -> stage.propose(number(words, 1), words.get(2));
            case "read" -> stage.read(number(words, 1));
            case "deliver" -> stage.deliver(words.get(1), option(words, "to", 0));
            case "drop" -> stage.drop(words.get(1), option(words, "to", 0));
            case "keep" -> stage.keep(words.get(1), option(words, "to", 0));
            case "replay" -> stage.replay();
            case "messages" -> stage.printMessages();
            default -> runOnNodes(words);
        }
    }

    private void runOnNodes(List<String> words) {
        switch (words.getFirst()) {
            case "hold" -> stage.hold(number(words, 1));
            case "persist" -> stage.persist(number(words, 1));
            case "crash" -> stage.crash(number(words, 1));
            case "restart" -> stage.restart(number(words, 1));
            case "cut" -> stage.cut(number(words, 1), number(words, 2));
            case "join" -> stage.join(number(words, 1));
            case "reconfigure" ->
                stage.reconfigure(
                        number(words, 1),
                        words.subList(2, words.size()).stream()
                                .map(Long::valueOf)
                                .toList());
            case "trim" -> stage.trim(number(words, 1), number(words, 2));
            case "install" -> stage.install(number(words, 1), number(words, 2));
            case "heal" -> stage.heal();
            case "tick" -> stage.ticks(number(words, 1), false);
            case "run" -> stage.ticks(number(words, 1), true);
            case "logs" -> stage.printLogs();
            default -> throw new IllegalArgumentException("No such command: " + words.getFirst());
        }
    }

    private static int number(List<String> words, int place) {
        return Integer.parseInt(words.get(place));
    }

    private static int option(List<String> words, String name, int otherwise) {
        int place = words.indexOf(name);
        return place < 0 ? otherwise : number(words, place + 1);
    }
}
