// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetAddressTest {
    @Test
    void everythingThereIs() {
        TargetAddress address = TargetAddress.parse("rediss://wat%63h:p%40ss+w@db.example:7000/3");
        assertThat(address.tls()).isTrue();
        assertThat(address.nodes()).containsExactly(new TargetAddress.Node("db.example", 7000));
        assertThat(address.username()).isEqualTo("watch");
        assertThat(address.password()).isEqualTo("p@ss+w");
        assertThat(address.database()).isEqualTo(3);
    }

    @Test
    void theLeastThereIs() {
        TargetAddress address = TargetAddress.parse("localhost");
        assertThat(address.tls()).isFalse();
        assertThat(address.shown()).isEqualTo("localhost:6379");
        assertThat(address.password()).isNull();
        assertThat(TargetAddress.parse("10.0.0.1:7").shown()).isEqualTo("10.0.0.1:7");
        assertThat(TargetAddress.parse("redis://[2001:db8::1]:7").shown()).isEqualTo("[2001:db8::1]:7");
        assertThat(TargetAddress.parse("redis://[2001:db8::1]").shown()).isEqualTo("[2001:db8::1]:6379");
    }

    @Test
    void aPasswordAlone() {
        for (String text : new String[] {"redis://:secret@h", "redis://secret@h"}) {
            TargetAddress address = TargetAddress.parse(text);
            assertThat(address.username()).isNull();
            assertThat(address.password()).isEqualTo("secret");
        }
    }

    @Test
    void sentinelsAndClusters() {
        TargetAddress sentinel = TargetAddress.parse("redis+sentinel://u:p@a:1,b/mymaster/2");
        assertThat(sentinel.kind()).isEqualTo(TargetAddress.Kind.SENTINEL);
        assertThat(sentinel.nodes()).containsExactly(new TargetAddress.Node("a", 1), new TargetAddress.Node("b", 26379));
        assertThat(sentinel.masterName()).isEqualTo("mymaster");
        assertThat(sentinel.database()).isEqualTo(2);
        TargetAddress cluster = TargetAddress.parse("rediss+cluster://a:1,b:2");
        assertThat(cluster.kind()).isEqualTo(TargetAddress.Kind.CLUSTER);
        assertThat(cluster.tls()).isTrue();
        assertThat(cluster.nodes()).hasSize(2);
        assertThat(sentinel).hasToString("redis+sentinel://u:***@a:1,b:26379/mymaster/2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://u:hunter2@h:1/0", "redis://:hunter2@h", "redis://hunter2@h", "redis+sentinel://u:hunter2@h/m",
        "rediss+cluster://u:hunter2@h", "redis://u:a/hunter2@h:1/2", "redis://u:a@hunter2@h"})
    void thePasswordIsNeverShown(String text) {
        TargetAddress address = TargetAddress.parse(text);
        assertThat(address.password()).contains("hunter2");
        assertThat(address.nodes().getFirst().host()).isEqualTo("h");
        assertThat(address.toString()).doesNotContain("hunter2");
        assertThat(address.shown()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "redis://", "redis://u:hunter2@", "http://u:hunter2@h", "redis://u:hunter2@h:0",
        "redis://u:hunter2@h:99999",
        "redis://u:hunter2@h:hunter2", "redis://u:hunter2@h/hunter2", "redis://u:hunter2@h/-1", "redis://u:hunter2@a,b",
        "redis+sentinel://u:hunter2@h", "redis+cluster://u:hunter2@a,,b", "unix:///tmp/hunter2"})
    void mistakesAreToldWithoutThePassword(String text) {
        assertThatThrownBy(() -> TargetAddress.parse(text)).isInstanceOf(IllegalArgumentException.class)
            .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
    }
}
