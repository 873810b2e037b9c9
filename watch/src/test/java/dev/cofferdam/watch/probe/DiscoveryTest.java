// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cofferdam.resp.client.Reply;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
    private final FakeTarget target = new FakeTarget();

    private static Reply range(String host, int port) {
        Reply primary = new Reply.Items(List.of(FakeTarget.bulk(host), new Reply.Whole(port), FakeTarget.bulk("id")));
        Reply replica = new Reply.Items(List.of(FakeTarget.bulk("replica"), new Reply.Whole(1), FakeTarget.bulk("id")));
        return new Reply.Items(List.of(new Reply.Whole(0), new Reply.Whole(1), primary, replica));
    }

    @Test
    void primariesOfAClusterOnceEach() throws Exception {
        target.answer("CLUSTER SLOTS", request -> new Reply.Items(List.of(range("a", 1), range("b", 2), range("a", 1), range("", 3))));
        TargetAddress cluster = TargetAddress.parse("redis+cluster://u:p@seed:7000,other:7000");
        assertThat(Discovery.targets(cluster, target)).extracting(TargetAddress::toString)
            .containsExactly("redis://u:***@a:1", "redis://u:***@b:2", "redis://u:***@seed:3");
    }

    @Test
    void aSentinelThatDoesNotKnowTheMaster() {
        target.answer("SENTINEL GET-MASTER-ADDR-BY-NAME", request -> Reply.NOTHING);
        assertThatThrownBy(() -> Discovery.locate(TargetAddress.parse("redis+sentinel://a,b/m"), target)).isInstanceOf(IOException.class)
            .hasMessage("the sentinel knows no master 'm'");
        assertThat(target.dials()).isEqualTo(2);
    }

    @Test
    void aServerThatIsNoCluster() {
        target.answer("CLUSTER SLOTS", request -> new Reply.Failure("ERR This instance has cluster support disabled"));
        assertThatThrownBy(() -> Discovery.locate(TargetAddress.parse("redis+cluster://a"), target)).isInstanceOf(IOException.class)
            .hasMessageContaining("cluster support disabled");
    }
}
