// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.server.command.CommandTable;
import java.util.Locale;
import java.util.Set;

/**
 * Commands of Redis 7.0 that may not be there: rules may name them, without effect, so that a file of users written for Redis starts this server. A name that
 * the table has meanwhile is the table's. Stateless.
 */
final class AbsentCommands {
    private static final Set<String> NAMES = Set
        .of(("asking bgrewriteaof bgsave client|caching client|tracking client|trackinginfo cluster cluster|addslots "
                + "cluster|addslotsrange cluster|bumpepoch cluster|count-failure-reports cluster|countkeysinslot cluster|delslots "
                + "cluster|delslotsrange cluster|failover cluster|flushslots cluster|forget cluster|getkeysinslot cluster|help "
                + "cluster|info cluster|keyslot cluster|links cluster|meet cluster|myid cluster|nodes cluster|replicas cluster|replicate "
                + "cluster|reset cluster|saveconfig cluster|set-config-epoch cluster|setslot cluster|shards cluster|slaves cluster|slots "
                + "dump failover geoadd geodist geohash geopos georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch "
                + "geosearchstore latency|doctor latency|graph lcs lolwut migrate module module|help module|list module|load "
                + "module|loadex module|unload pfadd pfcount pfdebug pfmerge pfselftest psync readonly readwrite replconf replicaof "
                + "restore restore-asking save slaveof sync wait")
            .split(" "));

    private AbsentCommands() {
    }

    /** @param name of a command, or container and sub-command with a bar, in any case */
    static boolean has(String name, CommandTable table) {
        return NAMES.contains(name.toLowerCase(Locale.ROOT)) && table.named(name) == null;
    }
}
