// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console.rehearsal;

import dev.cofferdam.watch.probe.Sample;

/** INFO as a server with these figures would answer it. Stateless. */
final class RehearsedInfo {
    private RehearsedInfo() {
    }

    static String of(Sample sample, String policy, int second) {
        return """
                # Server
                redis_version:7.2.4
                redis_mode:standalone
                os:Linux 6.1.0 x86_64
                tcp_port:6379
                uptime_in_seconds:%d

                # Clients
                connected_clients:42
                blocked_clients:3
                maxclients:10000

                # Memory
                used_memory:%d
                used_memory_rss:%d
                used_memory_peak:%d
                used_memory_overhead:120000000
                used_memory_dataset:%d
                total_system_memory:16000000000
                maxmemory:%d
                maxmemory_policy:%s
                mem_fragmentation_ratio:1.04
                mem_clients_normal:%d
                mem_clients_slaves:%d
                mem_replication_backlog:0
                mem_aof_buffer:0
                mem_not_counted_for_evict:0

                # Persistence
                rdb_last_save_time:1700000000

                # Stats
                total_connections_received:900
                total_commands_processed:%d
                rejected_connections:0
                expired_keys:%d
                evicted_keys:%d
                keyspace_hits:%d
                keyspace_misses:%d
                total_net_input_bytes:1000000
                total_net_output_bytes:2000000

                # Replication
                role:master
                connected_slaves:1

                # CPU
                used_cpu_sys:%.3f
                used_cpu_user:%.3f

                # Commandstats
                cmdstat_get:calls=%d,usec=%d,usec_per_call=1.2,rejected_calls=0,failed_calls=0
                cmdstat_client|list:calls=%d,usec=500,usec_per_call=10.00,rejected_calls=0,failed_calls=0

                # Errorstats
                errorstat_OOM:count=%d

                # Keyspace
                db0:keys=%d,expires=%d,avg_ttl=0
                """.formatted(86_400 + second, sample.usedBytes(), sample.usedBytes() + 300_000_000, sample.usedBytes(),
                sample.datasetBytes(),
                sample.limitBytes(), policy, sample.clientBytes(), sample.replicaBytes(), sample.commands(), sample.expiredKeys(),
                sample.evictedKeys(), sample.hits(), sample.misses(), sample.cpuNanos() / 3e9, sample.cpuNanos() / 1.5e9, sample.hits(),
                sample.hits(), second, sample.refusedWrites(), sample.keys(), sample.expiringKeys());
    }
}
