// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.resp.client.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One node with two users and no keys, as far as planning and rules go. Notes every command that would change a real one. One thread. */
final class PlayedServer implements Nodes, Nodes.Session {
    final List<String> changes = new ArrayList<>();
    boolean mayAct = true;
    private String appKeys = "~*";
    private boolean appEnabled = true;

    @Override
    public List<String> names() {
        return List.of("node:1");
    }

    @Override
    public boolean mayAct() {
        return mayAct;
    }

    @Override
    public Session open(String node, boolean acting) {
        return this;
    }

    @Override
    public List<Reply> ask(List<Command> commands) {
        return commands.stream().map(this::answer).toList();
    }

    private Reply answer(Command command) {
        List<String> words = command.words();
        return switch ((words.getFirst() + (words.size() > 1 ? " " + words.get(1) : "")).toUpperCase(Locale.ROOT)) {
            case "INFO SERVER" -> bulk("redis_version:7.0.15\r\n");
            case "INFO MEMORY" -> bulk("used_memory:50000000\r\nmaxmemory:100000000\r\nmaxmemory_policy:noeviction\r\n");
            case "ACL LIST" ->
                new Reply.Items(List.of(bulk("user app " + (appEnabled ? "on" : "off") + " #secret " + appKeys + " &* +@all"),
                        bulk("user ops on #secret ~* &* +@all")));
            case "ACL WHOAMI" -> bulk("ops");
            case "ACL SETUSER" -> set(command);
            case "CLIENT KILL" -> {
                changes.add(command.text());
                yield new Reply.Whole(1);
            }
            case "DBSIZE" -> new Reply.Whole(0);
            case "SELECT 0" -> new Reply.Status("OK");
            case "SCAN 0" -> new Reply.Items(List.of(bulk("0"), new Reply.Items(List.of())));
            default -> words.getFirst().equals("INFO") ? bulk("") : new Reply.Failure("ERR not played: " + command.text());
        };
    }

    private Reply set(Command command) {
        changes.add(command.text());
        List<String> words = command.words();
        if (words.get(3).equals("resetkeys")) {
            appKeys = String.join(" ", words.subList(4, words.size()));
        } else {
            appEnabled = words.get(3).equals("on");
        }
        return new Reply.Status("OK");
    }

    private static Reply bulk(String text) {
        return new Reply.Bulk(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
    }
}
