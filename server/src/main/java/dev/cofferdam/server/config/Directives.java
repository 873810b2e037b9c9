// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.server.config.Directive.Effect;
import dev.cofferdam.server.config.Directive.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every directive, declared once. Reading a file or a command line, CONFIG GET and SET, the documented default file and the reference page all come from here.
 *
 * <p>Names are Redis's where Redis has the thing. Directives that Redis knows and this server does not need are in {@link UnusedDirectives}; the
 * {@code compartment} lines, which are no single value, in {@link CompartmentDeclarations}. Longer than most files because it is a table.
 */
public final class Directives {
    private static final List<Directive<?>> ALL = new ArrayList<>();
    private static final Map<String, Directive<?>> BY_NAME = new HashMap<>();
    private static final boolean AT_RUN_TIME = true;
    private static final boolean AT_START = false;

    // ---------------------------------------------------------------- network

    public static final Directive<List<String>> BIND = declare("bind", Section.NETWORK, ValueTypes.LIST, List.of("127.0.0.1", "-::1"),
            AT_RUN_TIME,
            "Addresses to listen on; one that begins with '-' may be absent, '*' stands for all.",
            "Beyond the loopback addresses everybody in that network can connect: set requirepass first.");
    public static final Directive<Long> PORT = declare("port", Section.NETWORK, ValueTypes.integer(0, 65535, "port"), 6379L, AT_RUN_TIME,
            "TCP port for clients.",
            "0 takes any free port and says which in the log; with tls-port it opens none, so that nothing is sent in the clear.");
    public static final Directive<Boolean> PROTECTED_MODE = declare("protected-mode", Section.NETWORK, ValueTypes.YES_NO, true, AT_RUN_TIME,
            "Refuses clients from other machines as long as no password is set.",
            "With 'no' and a public address anybody can read and delete everything.");
    public static final Directive<Long> TCP_BACKLOG = declare("tcp-backlog", Section.NETWORK,
            ValueTypes.integer(0, Integer.MAX_VALUE, "connections"), 511L, AT_START,
            "How many connections may wait to be accepted.", "The system's own limit (net.core.somaxconn) is the upper bound.");
    public static final Directive<Long> HTTP_PORT = declare("http-port", Section.NETWORK, ValueTypes.integer(0, 65535, "port"), 0L,
            AT_START,
            "Port for /metrics (Prometheus text) and /healthz; 0 opens none.",
            "Costs a few MB of runtime memory while it is on; 9121 is where dashboards look first.");
    public static final Directive<Long> TCP_KEEPALIVE = declare("tcp-keepalive", Section.NETWORK,
            ValueTypes.integer(0, Integer.MAX_VALUE, "seconds"), 300L, AT_RUN_TIME,
            "After how many idle seconds the system asks whether a client's machine is still there; 0 never asks.",
            "A client that vanished without a word is closed after about twice this time; holds for clients that connect from then on.");
    public static final Directive<String> HTTP_BIND = declare("http-bind", Section.NETWORK, ValueTypes.TEXT, "127.0.0.1", AT_START,
            "Address on which http-port listens.",
            "The pages ask for no password: names of compartments and figures are visible to who can reach them.");

    public static final Directive<Long> CONSOLE_PORT = declare("console-port", Section.NETWORK, ValueTypes.integer(0, 65535, "port"), 0L,
            AT_START,
            "Port for the console, the status page and their metrics; 0 opens none.",
            "They run in a process of their own, 'cofferdam watch', that ends with the server: what watches must not share the memory of what is watched.");
    public static final Directive<String> CONSOLE_CONFIG = declare("console-config", Section.NETWORK, ValueTypes.TEXT, "", AT_START,
            "Configuration file of that process, as 'cofferdam watch --config' takes it; empty for none.",
            "Whom to notify, who may do what, where to listen. Its targets are watched besides.");

    public static final Directive<String> UNIXSOCKET = declare("unixsocket", Section.NETWORK, ValueTypes.TEXT, "", AT_START,
            "Path of a Unix socket to listen on besides; empty opens none.",
            "A file that is already there is replaced. Its clients count as local ones.");
    public static final Directive<Integer> UNIXSOCKETPERM = declare("unixsocketperm", Section.NETWORK, ValueTypes.OCTAL, 0, AT_START,
            "Permissions of that socket in octal, as 770; 0 leaves what the process has for new files.",
            "Who may write to the socket may connect.");

    // ---------------------------------------------------------------- clients

    public static final Directive<String> REQUIREPASS = declare("requirepass", Section.CLIENTS, ValueTypes.TEXT, "", AT_RUN_TIME,
            "Password that clients must give with AUTH or HELLO; empty asks for none.",
            "It is sent and kept in the clear: it keeps out mistakes, not listeners.");
    public static final Directive<String> ACLFILE = declare("aclfile", Section.CLIENTS, ValueTypes.TEXT, "", AT_START,
            "File of users, read at the start and by ACL LOAD, written by ACL SAVE; empty for none.",
            "Users then stand there and nowhere else: 'user' lines beside it are refused.");
    public static final Directive<String> ACL_PUBSUB_DEFAULT = declare("acl-pubsub-default", Section.CLIENTS,
            ValueTypes.choice("resetchannels", "allchannels"), "resetchannels", AT_RUN_TIME,
            "Whether a new user may use no channels or all.", "Users that exist keep what they have.");
    public static final Directive<Long> ACLLOG_MAX_LEN = declare("acllog-max-len", Section.CLIENTS,
            ValueTypes.integer(0, Long.MAX_VALUE, "entries"), 128L, AT_RUN_TIME, "How many refusals ACL LOG keeps.",
            "They live on the Java heap; more than 1024 are not kept.");
    public static final Directive<Long> MAXCLIENTS = declare("maxclients", Section.CLIENTS,
            ValueTypes.integer(1, 4294967295L, "connections"), 10000L, AT_RUN_TIME,
            "How many clients may be connected at once.", "One more is told so and closed; each needs a file descriptor (ulimit -n).");
    public static final Directive<Long> TIMEOUT = declare("timeout", Section.CLIENTS, ValueTypes.integer(0, Integer.MAX_VALUE, "seconds"),
            0L, AT_RUN_TIME,
            "Closes a client that sent nothing for so long; 0 never does.",
            "Pools that keep idle connections must expect them to be closed.");
    public static final Directive<OutputLimits> CLIENT_OUTPUT_BUFFER_LIMIT = declare("client-output-buffer-limit", Section.CLIENTS,
            OutputLimits.TYPE,
            OutputLimits.DEFAULT, AT_RUN_TIME,
            "How far unread replies of one client may pile up before it is cut: hard limit, soft limit, seconds over the soft one.",
            "Whatever stands here, all buffers together stay inside the compartment 'connections'.");
    public static final Directive<Long> CLIENT_QUERY_BUFFER_LIMIT = declare("client-query-buffer-limit", Section.CLIENTS,
            ValueTypes.bytes(1 << 20, Long.MAX_VALUE), 1L << 30, AT_RUN_TIME,
            "How many bytes of commands that are not whole yet, or not executed yet, a client may send before it is cut.",
            "Whatever stands here, all buffers together stay inside the compartment 'connections'.");
    public static final Directive<Long> PROTO_MAX_BULK_LEN = declare("proto-max-bulk-len", Section.CLIENTS,
            ValueTypes.bytes(1 << 20, Long.MAX_VALUE), 512L << 20,
            AT_RUN_TIME, "The longest single argument, and so the longest string value.",
            "Longer ones are a protocol error and the client is closed.");
    public static final Directive<Long> UPLOAD_STALL_TIMEOUT = declare("upload-stall-timeout", Section.CLIENTS,
            ValueTypes.integer(1, Integer.MAX_VALUE, "seconds"), 10L, AT_RUN_TIME,
            "How long a large command may arrive without a byte of progress while others wait for its memory.",
            "A client that stalls longer is cut, with a line in the log that names it; one at a time, longest stall first.");
    public static final Directive<Long> CLIENT_OUTPUT_PAUSE = declare("client-output-pause", Section.CLIENTS,
            ValueTypes.bytes(0, Long.MAX_VALUE), 0L, AT_RUN_TIME,
            "Unread replies from which on a client's next commands are not executed until it reads; 0 is 1/32 of what 'connections' may use.",
            "Lower bounds memory harder; clients that send many commands before they read any reply may need it higher.");
    public static final Directive<Long> LANE_THRESHOLD = declare("lane-threshold", Section.CLIENTS,
            ValueTypes.integer(0, Integer.MAX_VALUE, "elements"), 2000L, AT_RUN_TIME,
            "From how many elements on a command runs in its compartment's lane, beside all other compartments.",
            "Lower keeps other compartments' latency flatter; each hand-over is two thread switches.");
    public static final Directive<Long> LONG_TURN_LOG = declare("long-turn-log", Section.CLIENTS,
            ValueTypes.integer(0, 60_000, "milliseconds"), 20L, AT_RUN_TIME,
            "Processor time from which on a turn of the event loop, in which all clients wait, is logged with what it did; 0 for never.",
            "One line a second at most; a turn that took ten times as long without the processor is logged too. INFO has the longest turns.");

    public static final Directive<Long> BUSY_REPLY_THRESHOLD = add(new Directive<>("busy-reply-threshold", "lua-time-limit",
            Section.CLIENTS, ValueTypes.integer(0, Long.MAX_VALUE, "milliseconds"), 5000L, AT_RUN_TIME, Effect.YES,
            "After so long a script's compartments answer BUSY instead of making others wait; 0 never does.",
            "SCRIPT KILL and FUNCTION KILL end a script that has written nothing. Other compartments never wait for it."));
    public static final Directive<Long> SCRIPT_TIME_MAX = declare("script-time-max", Section.CLIENTS,
            ValueTypes.integer(0, Integer.MAX_VALUE, "milliseconds"), 60000L, AT_RUN_TIME,
            "A script that has run so long in its lane and has written nothing is ended with an error; 0 lets it run.",
            "Scripts that have written are never ended half-way; a pattern of string.find that does not come to an end cannot be interrupted.");

    // ---------------------------------------------------------------- memory

    public static final Directive<Long> MAXMEMORY = declare("maxmemory", Section.MEMORY, ValueTypes.bytes(0, Long.MAX_VALUE), 0L,
            AT_RUN_TIME,
            "All memory for data and connections together; 0 takes the smaller of 1gb and half of what the machine or container has.",
            "Resident memory stays below this and the runtime constant that is printed at start.");
    public static final Directive<String> COMPARTMENTS = declare("compartments", Section.MEMORY,
            ValueTypes.choice("preset", "declared", "off"), "preset", AT_START,
            "preset: sessions, jobs, cache and default with the well-known key prefixes; declared: only those in this file; off: one for everything.",
            "With off, filling one role fails all of them, as on a stock server.");
    public static final Directive<String> MAXMEMORY_POLICY = declare("maxmemory-policy", Section.MEMORY,
            ValueTypes.choice("volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", "allkeys-lru", "allkeys-lfu",
                    "allkeys-random", "noeviction"),
            "noeviction", AT_RUN_TIME,
            "With 'compartments off': what to do when memory is full. Otherwise each compartment has its own policy and this has no effect.",
            "lru and lfu names choose the same algorithm here, which weighs both.");

    public static final Directive<String> MAXMEMORY_CLIENTS = declare("maxmemory-clients", Section.MEMORY, ValueTypes.BYTES_OR_PERCENT, "0",
            AT_RUN_TIME,
            "When the buffers of all clients together hold more, those that hold most are disconnected (but see CLIENT NO-EVICT); 0 sets no limit.",
            "The budget of the compartment 'connections' bounds all buffers together in any case.");

    // ---------------------------------------------------------------- values

    public static final Directive<Long> HASH_MAX_LISTPACK_ENTRIES = packed("hash-max-listpack-entries", "hash-max-ziplist-entries", 512,
            "fields of a compact hash");
    public static final Directive<Long> HASH_MAX_LISTPACK_VALUE = packed("hash-max-listpack-value", "hash-max-ziplist-value", 64,
            "bytes of a field or value in a compact hash");
    public static final Directive<Long> SET_MAX_INTSET_ENTRIES = packed("set-max-intset-entries", null, 512,
            "members of a compact set of whole numbers");
    public static final Directive<Long> ZSET_MAX_LISTPACK_ENTRIES = packed("zset-max-listpack-entries", "zset-max-ziplist-entries", 128,
            "members of a compact sorted set");
    public static final Directive<Long> ZSET_MAX_LISTPACK_VALUE = packed("zset-max-listpack-value", "zset-max-ziplist-value", 64,
            "bytes of a member in a compact sorted set");

    public static final Directive<Long> STREAM_NODE_MAX_BYTES = declare("stream-node-max-bytes", Section.VALUES,
            ValueTypes.bytes(0, Long.MAX_VALUE), 4096L, AT_RUN_TIME,
            "From how many bytes on a chunk of a stream's entries is full; 0, and anything above 16 KiB, is 16 KiB.",
            "Trimming with ~ drops whole chunks; smaller ones make it more exact and cost memory.");
    public static final Directive<Long> STREAM_NODE_MAX_ENTRIES = declare("stream-node-max-entries", Section.VALUES,
            ValueTypes.integer(0, Long.MAX_VALUE, "entries"), 100L, AT_RUN_TIME,
            "How many entries a chunk of a stream has at most; 0 for no limit but its bytes.",
            "Trimming with ~ drops whole chunks; smaller ones make it more exact and cost memory.");

    public static final Directive<Long> HLL_SPARSE_MAX_BYTES = declare("hll-sparse-max-bytes", Section.VALUES,
            ValueTypes.bytes(0, Long.MAX_VALUE), 3000L, AT_RUN_TIME,
            "The longest compact HyperLogLog, its head of 16 bytes included; what grows longer takes 12304 bytes for good.",
            "Longer ones save memory and cost time on every element that is new.");

    // ---------------------------------------------------------------- observing

    public static final Directive<Long> SLOWLOG_LOG_SLOWER_THAN = declare("slowlog-log-slower-than", Section.OBSERVING,
            ValueTypes.integer(-1, Long.MAX_VALUE, "microseconds"), 10000L, AT_RUN_TIME,
            "Commands that take longer are kept for SLOWLOG; -1 keeps none, 0 all.",
            "Small figures turn every command into an entry, which costs time.");
    public static final Directive<Integer> NOTIFY_KEYSPACE_EVENTS = declare("notify-keyspace-events", Section.OBSERVING,
            ValueTypes.EVENT_CLASSES, 0, AT_RUN_TIME,
            "Which events about keys are published: K and E by channel of the key or of the event; g $ l s h z x e t d m n by kind, A for all but m and n.",
            "Empty costs nothing; otherwise each change is published while anybody is subscribed to anything.");
    public static final Directive<Long> SLOWLOG_MAX_LEN = declare("slowlog-max-len", Section.OBSERVING,
            ValueTypes.integer(0, Long.MAX_VALUE, "entries"), 128L,
            AT_RUN_TIME, "How many slow commands are kept, the newest first.",
            "They live in runtime memory: at most 1024 are kept, whatever stands here.");
    public static final Directive<Long> TRACKING_TABLE_MAX_KEYS = declare("tracking-table-max-keys", Section.CLIENTS,
            ValueTypes.integer(0, Long.MAX_VALUE, "keys"), 1000000L, AT_RUN_TIME,
            "How many keys the table of client-side caching holds (CLIENT TRACKING); 0 for as many as fit.",
            "Beyond it keys are dropped by chance and their clients told to drop them too; a quarter of what 'connections' may use is the limit anyway.");
    public static final Directive<Long> LATENCY_MONITOR_THRESHOLD = declare("latency-monitor-threshold", Section.OBSERVING,
            ValueTypes.integer(0, Long.MAX_VALUE, "milliseconds"), 0L, AT_RUN_TIME,
            "Commands, and expiry between commands, that take so long are kept for LATENCY; 0 keeps none.",
            "The last 160 of each kind; what runs in a lane counts with its time there.");
    public static final Directive<Boolean> LATENCY_TRACKING = declare("latency-tracking", Section.OBSERVING, ValueTypes.YES_NO, true,
            AT_RUN_TIME,
            "Keeps a histogram of the time each command takes, for INFO latencystats.", "With 'no' that section is empty.");
    public static final Directive<List<String>> LATENCY_PERCENTILES = declare("latency-tracking-info-percentiles", Section.OBSERVING,
            ValueTypes.PERCENTILES,
            List.of("50", "99", "99.9"), AT_RUN_TIME, "The percentiles that INFO latencystats shows.", "None hides the section.");
    public static final Directive<String> LOGLEVEL = declare("loglevel", Section.OBSERVING,
            ValueTypes.choice("debug", "verbose", "notice", "warning"), "notice",
            AT_RUN_TIME, "How much is logged.", "warning hides the start-up report too.");
    public static final Directive<String> LOGFILE = declare("logfile", Section.OBSERVING, ValueTypes.TEXT, "", AT_START,
            "File to append the log to; empty is standard output.", "The file is not rotated by the server.");
    public static final Directive<String> ENABLE_DEBUG_COMMAND = declare("enable-debug-command", Section.OBSERVING,
            ValueTypes.choice("no", "local", "yes"), "no",
            AT_START, "Who may use DEBUG: nobody, clients of this machine, or everybody.",
            "DEBUG can stop the server for as long as it likes.");

    // ---------------------------------------------------------------- general

    public static final Directive<Long> DATABASES = declare("databases", Section.GENERAL,
            ValueTypes.integer(1, Compartment.DATABASES, "databases"), 16L, AT_START,
            "How many numbered databases SELECT can choose from.", "Compartments cut across them; a rule may name databases.");
    public static final Directive<String> SAVE = add(
            new Directive<>("save", null, Section.UNUSED, SavePoints.TYPE, "", AT_RUN_TIME, Effect.NONE,
                    "No effect: data lives in memory only in this version, nothing is written to disk, at no save point either.", ""));
    public static final Directive<Long> MIN_REPLICAS_TO_WRITE = add(new Directive<>("min-replicas-to-write", "min-slaves-to-write",
            Section.GENERAL, ValueTypes.integer(0, Integer.MAX_VALUE, "replicas"), 0L, AT_RUN_TIME, Effect.YES,
            "Refuses what writes while fewer replicas follow; this version has none, so anything but 0 makes the server read-only.",
            "For a short stop of all writes CLIENT PAUSE is better: clients wait instead of failing."));
    public static final Directive<Long> REPLICA_PING_PERIOD = add(new Directive<>("repl-ping-replica-period", "repl-ping-slave-period",
            Section.GENERAL, ValueTypes.integer(1, Integer.MAX_VALUE, "seconds"), 10L, AT_RUN_TIME, Effect.YES,
            "How often replicas get a PING, by which they know that the link is up.",
            "It must be well below the replicas' repl-timeout."));
    public static final Directive<Long> REPLICA_TIMEOUT = declare("repl-timeout", Section.GENERAL,
            ValueTypes.integer(1, Integer.MAX_VALUE, "seconds"), 60L, AT_RUN_TIME,
            "Cuts a replica that follows and has not acknowledged anything for so long.",
            "A replica that is cut gets the whole file again when it is back.");
    public static final Directive<String> ENABLE_PROTECTED_CONFIGS = declare("enable-protected-configs", Section.GENERAL,
            ValueTypes.choice("no", "local", "yes"), "no", AT_START,
            "Whether CONFIG SET may change dir and dbfilename.", "With 'local', any client may that may use CONFIG.");
    public static final Directive<List<String>> ACCEPT_WITHOUT_EFFECT = declare("accept-without-effect", Section.GENERAL, ValueTypes.LIST,
            List.of(), AT_START,
            "Names of directives, as appendonly, of which any value is taken although this version can do nothing with it.",
            "For tools that set them and cannot be changed. Nothing is written to disk or replicated all the same; the default refuses such values.");
    public static final Directive<Boolean> DAEMONIZE = declare("daemonize", Section.GENERAL, ValueTypes.YES_NO, false, AT_START,
            "Goes on in the background: the process that was started ends at once, and another one, in a session of its own, is the server.",
            "Its log goes to logfile or nowhere. Under systemd say no, and Type=simple.");
    public static final Directive<String> PIDFILE = declare("pidfile", Section.GENERAL, ValueTypes.TEXT, "", AT_START,
            "File to write the process id to, removed at the end; empty writes none.",
            "A file that cannot be written is reported and does not stop the start.");

    static {
        TlsDirectives.all().forEach(Directives::add);
        UnusedDirectives.declareInto(Directives::add);
    }

    private Directives() {
    }

    private static <T> Directive<T> declare(String name, Section section, ValueType<T> type, T defaultValue, boolean runtime,
            String sentence, String consequence) {
        return add(new Directive<>(name, null, section, type, defaultValue, runtime, Effect.YES, sentence, consequence));
    }

    private static Directive<Long> packed(String name, @Nullable String formerName, long defaultValue, String what) {
        ValueType<Long> type = name.endsWith("-value")
                ? ValueTypes.bytes(0, Long.MAX_VALUE)
                : ValueTypes.integer(0, Long.MAX_VALUE, "number");
        return add(new Directive<>(name, formerName, Section.VALUES, type, defaultValue,
                AT_RUN_TIME, Effect.YES,
                "The most " + what + ".",
                "Larger compact values save memory and cost time on every change; values that exist keep their form until they are written."));
    }

    private static <T> Directive<T> add(Directive<T> directive) {
        ALL.add(directive);
        putName(directive.name(), directive);
        if (directive.formerName() != null) {
            putName(directive.formerName(), directive);
        }
        return directive;
    }

    private static void putName(String name, Directive<?> directive) {
        if (BY_NAME.put(name, directive) != null) {
            throw new IllegalStateException("directive '" + name + "' is declared twice");
        }
    }

    /** The directive of that name, old or new, in any case; null when there is none. */
    public static @Nullable Directive<?> find(String name) {
        return BY_NAME.get(name.toLowerCase(Locale.ROOT));
    }

    /** All directives in the order of their declaration. */
    public static List<Directive<?>> all() {
        return List.copyOf(ALL);
    }

    /** All names that {@link #find} knows. */
    static Iterable<String> names() {
        return BY_NAME.keySet();
    }
}
