// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Plans and actions on disk, a file each, so that the command line and the watcher share them. Owns a folder. Any thread, any number of processes.
 *
 * <p>Always holds: a file appears and changes as a whole (written beside, forced, renamed); a plan is claimed by exactly one.
 *
 * <pre>
 * folder/plans/ID.json      until it is applied or out of date
 * folder/actions/ID.json    from before its first command on
 * folder/exports/ID.ndjson  values, before they were deleted
 * </pre>
 */
final class ActionFiles {
    static final int ACTIONS_MAX = 1_000;
    static final int PLANS_MAX = 200;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path plans;
    private final Path actions;
    private final Path exports;

    ActionFiles(Path folder) throws IOException {
        plans = Files.createDirectories(folder.resolve("plans"));
        actions = Files.createDirectories(folder.resolve("actions"));
        exports = Files.createDirectories(folder.resolve("exports"));
    }

    void save(Plan plan) throws IOException, RefusedException {
        try (Stream<Path> there = Files.list(plans)) {
            if (there.count() >= PLANS_MAX) {
                throw new RefusedException(PLANS_MAX + " plans are open; wait until some are out of date");
            }
        }
        write(plans.resolve(plan.id() + ".json"), JSON.writeValueAsBytes(plan));
    }

    @Nullable
    Plan plan(String id) {
        return isId(id) ? read(plans.resolve(id + ".json"), Plan.class) : null;
    }

    List<Plan> plans() {
        return all(plans, Plan.class);
    }

    /** Takes the plan away, so that nobody else applies it; false when somebody did. */
    boolean claim(Plan plan) throws IOException {
        try {
            Files.delete(plans.resolve(plan.id() + ".json"));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    void forget(Plan plan) throws IOException {
        Files.deleteIfExists(plans.resolve(plan.id() + ".json"));
    }

    void save(Action action) throws IOException {
        write(actions.resolve(action.id() + ".json"), JSON.writeValueAsBytes(action));
    }

    @Nullable
    Action action(String id) {
        return isId(id) ? read(actions.resolve(id + ".json"), Action.class) : null;
    }

    /** Oldest first. */
    List<Action> actions() {
        List<Action> all = all(actions, Action.class);
        all.sort(Comparator.comparingLong(Action::appliedMillis));
        return all;
    }

    /** Forgets the oldest that are over, with their exports, beyond the number kept. */
    void prune() throws IOException {
        List<Action> over = new ArrayList<>(actions());
        int surplus = over.size() - ACTIONS_MAX;
        over.removeIf(action -> action.state() == Action.State.IN_FORCE || action.state() == Action.State.APPLYING);
        for (int i = 0; i < Math.min(surplus, over.size()); i++) {
            Files.deleteIfExists(export(over.get(i).id()));
            Files.deleteIfExists(actions.resolve(over.get(i).id() + ".json"));
        }
    }

    Path export(String id) {
        return exports.resolve(id + ".ndjson");
    }

    boolean isTaken(String id) {
        return Files.exists(plans.resolve(id + ".json")) || Files.exists(actions.resolve(id + ".json"));
    }

    /** What came from outside is part of a path only when it looks like a name of ours. */
    private static boolean isId(String id) {
        return id.matches("[a-z0-9]{4,20}");
    }

    private static <T> List<T> all(Path folder, Class<T> type) {
        List<T> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                T one = file.toString().endsWith(".json") ? read(file, type) : null;
                if (one != null) {
                    all.add(one);
                }
            }
        } catch (IOException e) {
            // A folder that cannot be read has nothing to offer; writing to it will say why.
        }
        return all;
    }

    /** Null when it is gone or no such thing can be read from it. */
    private static <T> @Nullable T read(Path file, Class<T> type) {
        try {
            return JSON.readValue(Files.readAllBytes(file), type);
        } catch (IOException | JacksonException e) {
            return null;
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.deleteIfExists(beside);
            try (FileChannel out = FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                out.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " is being written by another thread", e);
        }
    }
}
