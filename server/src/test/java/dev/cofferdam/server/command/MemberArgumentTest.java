// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The field or member a command names, as its declaration tells. */
class MemberArgumentTest {
    private static final CommandTable TABLE = new CommandTable();

    static {
        CommandFamilies.declareAll(TABLE);
    }

    @ParameterizedTest
    @CsvSource({"hset,6,2", "hsetnx,4,2", "hget,3,2", "hmget,5,2", "hdel,3,2", "hincrby,4,2", "sadd,3,2", "sismember,3,2", "srem,4,2",
        "zscore,3,2", "zincrby,4,3", "zadd,4,3", "zadd,7,6", "zrem,3,2", "zrank,3,2", "get,2,0", "set,3,0", "lpush,3,0", "hgetall,2,0",
        "smove,4,0", "zrange,4,0", "ping,1,0", "hget,2,0"})
    void isFoundInTheDeclaration(String name, int arguments, int position) {
        Command command = TABLE.named(name);
        assertThat(command).isNotNull();
        assertThat(command.memberArgument(arguments)).isEqualTo(position);
    }
}
