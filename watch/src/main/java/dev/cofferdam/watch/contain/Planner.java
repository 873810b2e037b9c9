// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.watch.text.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes plans: checks what is protected, asks the target with reads only, and says commands, undo, preview and prediction. One thread at a time.
 *
 * <p>Refuses with a sentence what must not be done or cannot be said exactly.
 */
final class Planner {
    private static final double FRAGMENTATION_MIN = 1;
    /** Part of the machine's memory a target may be led to use. */
    private static final double MACHINE_MAX = 0.9;

    private final Nodes nodes;
    private final ContainOptions options;
    private final List<Action> inForce;

    Planner(Nodes nodes, ContainOptions options, List<Action> inForce) {
        this.nodes = nodes;
        this.options = options;
        this.inForce = inForce;
    }

    /** Everything of a plan but its name and times. */
    static final class Draft {
        final List<Plan.Step> steps = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        List<RuleChange> rules = List.of();
        Preview preview = Preview.NONE;
        String blastRadius = "";
        String prediction = "";
    }

    Draft draft(PlanRequest request, Outlook outlook) throws IOException, RefusedException {
        Draft draft = new Draft();
        if (request.range() != null) {
            protect(request);
            draft.preview = preview(request.keys());
            guard(request.kind(), draft.preview);
        }
        switch (request.kind()) {
            case READ_ONLY, DRAIN_ONLY, DISABLE_USER -> rules(request, draft);
            case DROP_PREFIX -> dropPrefix(request, draft);
            case DROP_KEY -> dropKey(request, draft);
            case TRIM_LIST -> trimList(request, draft);
            case KILL_CLIENT -> killClient(request, draft);
            case RAISE_LIMIT -> raiseLimit(request, draft);
        }
        try (Nodes.Session session = nodes.open(primaries().getFirst(), false)) {
            draft.prediction = Prediction.of(request, draft.preview, outlook, NodeFacts.info(session, "memory"));
        }
        return draft;
    }

    /** What the range holds now, on all primaries together. */
    Preview preview(KeyRange range) throws IOException, RefusedException {
        Preview sum = Preview.NONE;
        for (String node : primaries()) {
            try (Nodes.Session session = nodes.open(node, false)) {
                NodeFacts.select(session, range.database());
                sum = sum.and(new Previewer(session, range, options.guardedWords()).preview());
            }
        }
        return sum;
    }

    List<String> primaries() throws IOException, RefusedException {
        List<String> primaries = new ArrayList<>();
        for (String node : nodes.names()) {
            try (Nodes.Session session = nodes.open(node, false)) {
                if (NodeFacts.isPrimary(session)) {
                    primaries.add(node);
                }
            }
        }
        if (primaries.isEmpty()) {
            throw new RefusedException("none of " + nodes.names() + " says that it is a primary: nothing can be written");
        }
        return primaries;
    }

    private void protect(PlanRequest request) throws RefusedException {
        KeyRange range = request.keys();
        if (range.bytes().isEmpty()) {
            throw new RefusedException("a prefix without a single byte is every key. Name one");
        }
        boolean wantsKey = request.kind() == ActionKind.DROP_KEY || request.kind() == ActionKind.TRIM_LIST;
        if (request.kind().deletesKeys() && range.exact() != wantsKey) {
            throw new RefusedException(
                    request.kind().word() + (wantsKey ? " is for one key, not for a prefix" : " is for a prefix, not for one key"));
        }
        for (String prefix : options.protectedPrefixes()) {
            if (range.meets(prefix)) {
                throw new RefusedException(range.text() + " meets " + Command.quote(prefix)
                        + ", which is protected (contain.protect). Choose a narrower prefix");
            }
        }
    }

    private void guard(ActionKind kind, Preview preview) throws RefusedException {
        if (kind.destructive() && !preview.guarded().isEmpty()) {
            throw new RefusedException("there are keys such as " + String.join(", ", preview.guarded())
                    + " among them, which look like somebody's session, login or lock. Choose a narrower prefix");
        }
        if (kind.destructive() && preview.keys() - preview.keysMargin() > options.keysMax()) {
            throw new RefusedException("about " + Words.count(preview.keys()) + " keys; at most " + Words.count(options.keysMax())
                    + " are deleted by one plan (contain.keys-max)");
        }
    }

    private void rules(PlanRequest request, Draft draft) throws IOException, RefusedException {
        RulePlanner planner = new RulePlanner(nodes, options, inForce);
        draft.rules = planner.changes(request);
        draft.warnings.addAll(planner.warnings());
        for (RuleChange change : draft.rules) {
            draft.steps.add(new Plan.Step(change.node(), change.command(), change.undo(), false));
            if (change.disables()) {
                draft.steps.add(new Plan.Step(change.node(), Command.of("CLIENT", "KILL", "USER", change.user()), null, false));
            }
        }
        String users = String.join(", ", draft.rules.stream().map(RuleChange::user).distinct().map(Command::quote).toList());
        draft.blastRadius = switch (request.kind()) {
            case READ_ONLY -> users + " can no longer write " + request.subject()
                    + ", nor delete there or set times to live; scripts and transactions that touch it are refused too";
            case DRAIN_ONLY -> users + " can no longer add to " + request.subject()
                    + "; popping, moving, trimming and deleting go on, but not inside scripts";
            default -> users + " is disconnected and let in no more";
        };
        if (request.kind() == ActionKind.READ_ONLY && draft.preview.withTtlShare() > 0) {
            draft.warnings.add("keys with a time to live still expire");
        }
        draft.warnings.add("rules are not saved: a restarted server has the old ones");
    }

    private void dropPrefix(PlanRequest request, Draft draft) throws IOException, RefusedException {
        if (draft.preview.sampled() == 0) {
            throw new RefusedException("no key was met that begins with " + request.subject());
        }
        for (String node : primaries()) {
            draft.steps
                .add(new Plan.Step(node, Command.of("SCAN", "<cursor>", "MATCH", request.keys().glob(), "COUNT", "1000"), null, true));
            draft.steps.add(new Plan.Step(node, Command.of("UNLINK", "<up to " + options.batchKeys() + " keys>"), null, true));
        }
        draft.blastRadius = "about " + Words.count(draft.preview.keys()) + " keys are lost, such as "
                + String.join(", ", draft.preview.examples());
        exportWarning(draft);
        draft.warnings.add("who writes it goes on unless it is made read-only first");
    }

    private void exportWarning(Draft draft) {
        draft.warnings.add(options.exportMaxBytes() == 0
                ? "nothing is exported before"
                : "up to " + Words.bytes(options.exportMaxBytes())
                        + " of values are exported to a file before; it stops at what does not fit");
    }

    private void dropKey(PlanRequest request, Draft draft) throws IOException, RefusedException {
        if (draft.preview.sampled() == 0) {
            throw new RefusedException("there is no key " + request.subject());
        }
        draft.steps.add(new Plan.Step(nodeOf(request.keys()), Command.of("UNLINK", request.keys().bytes()), null, false));
        draft.blastRadius = "the " + String.join(", ", draft.preview.types()) + " " + request.subject() + " is lost";
        exportWarning(draft);
    }

    private void trimList(PlanRequest request, Draft draft) throws IOException, RefusedException {
        String key = request.keys().bytes();
        String node = nodeOf(request.keys());
        try (Nodes.Session session = nodes.open(node, false)) {
            NodeFacts.select(session, request.keys().database());
            long length = NodeFacts.whole(NodeFacts.need(session.ask("LLEN", key), "LLEN"), 0);
            if (request.number() < 0 || length <= request.number()) {
                throw new RefusedException(request.subject() + " has " + Words.count(length) + " elements; "
                        + Words.count(request.number()) + " are to be kept: nothing to trim");
            }
            draft.blastRadius = "the oldest " + Words.count(length - request.number()) + " of " + Words.count(length)
                    + " elements are lost";
        }
        Command step = KeyRunner.trimStep(key, KeyRunner.TRIM_STEP, request.newestAtHead());
        draft.steps.add(new Plan.Step(node, step, null, true));
        draft.warnings.add("taken for the oldest: the elements at the " + (request.newestAtHead() ? "tail" : "head")
                + "; that is right where they come by "
                + (request.newestAtHead() ? "LPUSH" : "RPUSH"));
    }

    /** The primary that has the key; the first one says MOVED when it is another's. */
    private String nodeOf(KeyRange key) throws IOException, RefusedException {
        for (String node : primaries()) {
            try (Nodes.Session session = nodes.open(node, false)) {
                NodeFacts.select(session, key.database());
                if (NodeFacts.whole(session.ask("EXISTS", key.bytes()), 0) == 1) {
                    return node;
                }
            }
        }
        throw new RefusedException("there is no key " + key.text());
    }

    private void killClient(PlanRequest request, Draft draft) throws IOException, RefusedException {
        String id = Long.toString(request.number());
        for (String node : nodes.names()) {
            try (Nodes.Session session = nodes.open(node, false)) {
                String line = clientLine(session, id);
                if (!line.isEmpty()) {
                    draft.steps.add(new Plan.Step(node, Command.of("CLIENT", "KILL", "ID", id), null, false));
                    draft.blastRadius = "the connection " + Command.quote(line) + " is closed; most clients connect again";
                    return;
                }
            }
        }
        throw new RefusedException("there is no client " + id + " any more");
    }

    /** The client's line of CLIENT LIST, cut to what tells who it is. */
    private static String clientLine(Nodes.Session session, String id) throws IOException, RefusedException {
        Reply reply = session.ask("CLIENT", "LIST", "ID", id);
        String line = NodeFacts.text(reply.isFailure() ? NodeFacts.need(session.ask("CLIENT", "LIST"), "CLIENT LIST") : reply);
        for (String client : line.split("\n", -1)) {
            if (client.startsWith("id=" + id + " ")) {
                int fd = client.indexOf(" fd=");
                int age = client.indexOf(" age=");
                return fd < 0 || age < fd ? client.strip() : client.substring(0, fd) + client.substring(client.indexOf(' ', fd + 1), age);
            }
        }
        return "";
    }

    private void raiseLimit(PlanRequest request, Draft draft) throws IOException, RefusedException {
        if (request.number() > options.limitMaxBytes()) {
            throw new RefusedException(
                    "maxmemory " + Words.bytes(request.number()) + ": at most " + Words.bytes(options.limitMaxBytes())
                            + " may be set (contain.limit-max)");
        }
        for (String node : nodes.names()) {
            try (Nodes.Session session = nodes.open(node, nodes.mayAct())) {
                List<Reply> answer = NodeFacts.need(session.ask("CONFIG", "GET", "maxmemory"), "CONFIG GET").asList();
                long before = answer.size() < 2 ? 0 : Long.parseLong(NodeFacts.text(answer.get(1)));
                if (before == 0 || before >= request.number()) {
                    throw new RefusedException(
                            node + " has maxmemory " + Words.bytes(before) + (before == 0 ? ", which is no limit" : " already"));
                }
                checkMachine(node, session, request.number(), draft);
                draft.steps.add(new Plan.Step(node, Command.of("CONFIG", "SET", "maxmemory", Long.toString(request.number())),
                        Command.of("CONFIG", "SET", "maxmemory", Long.toString(before)), false));
            }
        }
        draft.blastRadius = "everybody can write again until " + Words.bytes(request.number()) + " are used";
        draft.warnings.add("a limit of the container is not seen from here; it is taken back only when use is below the old limit again");
    }

    private static void checkMachine(String node, Nodes.Session session, long limit, Draft draft) throws IOException, RefusedException {
        Map<String, String> memory = NodeFacts.info(session, "memory");
        long machine = NodeFacts.number(memory, "total_system_memory");
        double used = Math.max(1, NodeFacts.number(memory, "used_memory"));
        double fragmentation = Math.max(FRAGMENTATION_MIN, NodeFacts.number(memory, "used_memory_rss") / used);
        // A small server's resident memory is mostly the program; the ratio means something where the data are most of it.
        double resident = used < 64e6 ? limit + Math.max(0, NodeFacts.number(memory, "used_memory_rss") - used) : limit * fragmentation;
        if (machine == 0) {
            throw new RefusedException(node + " does not tell how much memory its machine has: the limit is not raised blindly");
        }
        if (resident > machine * MACHINE_MAX) {
            throw new RefusedException(
                    "maxmemory " + Words.bytes(limit) + " would take about " + Words.bytes(resident) + " of the machine's "
                            + Words.bytes(machine) + " on " + node + " (fragmentation included)");
        }
        Map<String, String> persistence = NodeFacts.info(session, "persistence");
        if (!persistence.getOrDefault("rdb_bgsave_in_progress", "0").equals("0")
                || !persistence.getOrDefault("aof_rewrite_in_progress", "0").equals("0")) {
            draft.warnings.add("a snapshot is being written on " + node + ": until it ends, memory that is changed is there twice");
        }
    }
}
