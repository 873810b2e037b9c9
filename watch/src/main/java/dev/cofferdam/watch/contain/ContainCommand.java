// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Containment by command line, since the page may be out of reach when it is needed: {@code plan}, {@code apply}, {@code undo}, {@code renew}, {@code plans},
 * {@code actions}, {@code audit}. Works on the same folder as the watcher. One thread.
 */
public final class ContainCommand {
    /** What the arguments are. */
    public static final String USAGE = """
            plan read-only|drain-only --prefix P | --key K     nobody writes it (drain: nobody adds to it)
            plan drop-prefix --prefix P                        delete its keys, some at a time
            plan drop-key --key K                              delete one key
            plan trim-list --key K --keep N --newest head|tail keep the newest elements of a list
            plan kill-client --id N                            close one connection
            plan disable-user --user U                         close a user's connections and let him in no more
            plan raise-limit --to 2gb                          raise maxmemory
                 [--db N] [--why TEXT]                         a key with odd bytes as redis-cli shows it: '"a\\x00b"'
            apply PLAN [--type TEXT] [--agreed NAME]           do it; where data are lost TEXT is the prefix or key, or another person agreed
            undo ACTION | renew ACTION                         take it back now | keep it for the whole time again
            plans | actions | audit                            what is planned, what was done, whether the record is whole
            """;
    /** Refused, or failed at the target. */
    public static final int REFUSED = 1;
    /** Not understood. */
    public static final int MISUSED = 2;
    private static final Set<String> OPTIONS = Set.of("prefix", "key", "db", "why", "keep", "newest", "id", "user", "to", "type", "agreed");

    private final Containment containment;
    private final String by;

    /** @param by the person, for the record */
    public ContainCommand(Containment containment, String by) {
        this.containment = containment;
        this.by = by;
    }

    /** Answers the exit status: 0, {@link #REFUSED} or {@link #MISUSED}. */
    public int run(List<String> arguments, PrintWriter out, PrintWriter err) throws InterruptedException {
        try {
            if (arguments.isEmpty()) {
                throw new IllegalArgumentException("nothing to do");
            }
            perform(arguments.getFirst(), arguments.subList(1, arguments.size()), out);
            return 0;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.print(USAGE);
            return MISUSED;
        } catch (RefusedException e) {
            err.println("Refused: " + e.reason());
            return REFUSED;
        } catch (IOException e) {
            err.println("Failed: " + e.getMessage());
            return REFUSED;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private void perform(String verb, List<String> arguments, PrintWriter out) throws IOException, RefusedException, InterruptedException {
        boolean alone = verb.equals("plans") || verb.equals("actions") || verb.equals("audit");
        if (alone == !arguments.isEmpty()) {
            throw new IllegalArgumentException(verb + (alone ? " takes no arguments" : " of what?"));
        }
        switch (verb) {
            case "plan" ->
                containment.plan(request(arguments.getFirst(), options(arguments)), Outlook.UNKNOWN).lines().forEach(out::println);
            case "apply" -> {
                Map<String, String> options = options(arguments);
                List<String> agreed = options.containsKey("agreed") ? List.of(options.get("agreed")) : List.of();
                print(containment.apply(arguments.getFirst(), new Approval(by, options.getOrDefault("type", ""), agreed)), out);
            }
            case "undo" -> print(containment.undo(arguments.getFirst(), by), out);
            case "renew" -> print(containment.renew(arguments.getFirst(), by), out);
            case "plans" -> containment.plans().forEach(plan -> plan.lines().forEach(out::println));
            case "actions" -> containment.actions().forEach(action -> print(action, out));
            case "audit" -> out.println(containment.verifyAudit());
            default -> throw new IllegalArgumentException("'" + verb + "' is not known");
        }
    }

    private static void print(Action action, PrintWriter out) {
        out.println(action.id() + " " + action.state().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + action.plan().title()
                + ", by "
                + action.by());
        action.notes().forEach(note -> out.println("  " + note));
        if (action.state() == Action.State.IN_FORCE) {
            out.println("  taken back by itself at " + Instant.ofEpochMilli(action.undoAtMillis()) + "; renew " + action.id()
                    + " keeps it, undo " + action.id() + " takes it back now");
        }
    }

    private static Map<String, String> options(List<String> arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < arguments.size(); i += 2) {
            String name = arguments.get(i);
            if (!name.startsWith("--") || !OPTIONS.contains(name.substring(2))) {
                throw new IllegalArgumentException("'" + name + "' is not known");
            }
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            options.put(name.substring(2), arguments.get(i + 1));
        }
        return options;
    }

    private PlanRequest request(String word, Map<String, String> options) {
        ActionKind kind = ActionKind.ofWord(word);
        String why = options.getOrDefault("why", "");
        return switch (kind) {
            case READ_ONLY -> PlanRequest.readOnly(range(options), by, why);
            case DRAIN_ONLY -> PlanRequest.drainOnly(range(options), by, why);
            case DROP_PREFIX -> PlanRequest.dropPrefix(range(options), by, why);
            case DROP_KEY -> PlanRequest.dropKey(range(options), by, why);
            case TRIM_LIST -> PlanRequest.trimList(range(options), number(options, "keep"), isHead(need(options, "newest")), by, why);
            case KILL_CLIENT -> PlanRequest.killClient(number(options, "id"), by, why);
            case DISABLE_USER -> PlanRequest.disableUser(need(options, "user"), by, why);
            case RAISE_LIMIT -> PlanRequest.raiseLimit(size(need(options, "to")), by, why);
        };
    }

    private static KeyRange range(Map<String, String> options) {
        int database = options.containsKey("db") ? (int) number(options, "db") : 0;
        if (options.containsKey("prefix") == options.containsKey("key")) {
            throw new IllegalArgumentException("give either --prefix or --key");
        }
        boolean exact = options.containsKey("key");
        return new KeyRange(database, exact, bytes(need(options, exact ? "key" : "prefix")));
    }

    /** Text is UTF-8; in double quotes it is read as redis-cli would. */
    static String bytes(String text) {
        String utf8 = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        if (utf8.length() < 2 || !utf8.startsWith("\"") || !utf8.endsWith("\"")) {
            return utf8;
        }
        StringBuilder bytes = new StringBuilder();
        for (int i = 1; i < utf8.length() - 1; i++) {
            char c = utf8.charAt(i);
            if (c != '\\') {
                bytes.append(c);
            } else if (utf8.startsWith("x", i + 1) && i + 3 < utf8.length() - 1) {
                bytes.append((char) Integer.parseInt(utf8.substring(i + 2, i + 4), 16));
                i += 3;
            } else {
                i++;
                bytes.append(switch (utf8.charAt(i)) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> utf8.charAt(i);
                });
            }
        }
        return bytes.toString();
    }

    private static boolean isHead(String end) {
        if (!end.equals("head") && !end.equals("tail")) {
            throw new IllegalArgumentException("--newest is head (they come by LPUSH) or tail (by RPUSH)");
        }
        return end.equals("head");
    }

    private static String need(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }

    private static long number(Map<String, String> options, String name) {
        try {
            return Long.parseLong(need(options, name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + " is a whole number", e);
        }
    }

    /** As Redis writes sizes: 2gb is 2 x 1024^3, 2g is 2 x 1000^3. */
    static long size(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < lower.length() && Character.isDigit(lower.charAt(digits))) {
            digits++;
        }
        long factor = switch (lower.substring(digits)) {
            case "", "b" -> 1;
            case "k" -> 1_000;
            case "kb" -> 1L << 10;
            case "m" -> 1_000_000;
            case "mb" -> 1L << 20;
            case "g" -> 1_000_000_000;
            case "gb" -> 1L << 30;
            default -> 0;
        };
        if (digits == 0 || digits > 12 || factor == 0) {
            throw new IllegalArgumentException("'" + text + "' is no size; write 1500mb or 2gb");
        }
        return Long.parseLong(lower.substring(0, digits)) * factor;
    }
}
