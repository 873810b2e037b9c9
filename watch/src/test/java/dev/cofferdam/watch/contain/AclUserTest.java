// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AclUserTest {
    private static final KeyRange AB = KeyRange.prefix(0, "ab");

    @Test
    void readsALine() {
        AclUser user = AclUser.parse("user app on #aa ~a:* %R~b:* %W~c &* -@all +get (~x +set)");
        assertThat(user.name()).isEqualTo("app");
        assertThat(user.enabled()).isTrue();
        assertThat(user.selectors()).isTrue();
        assertThat(user.keys()).containsExactly("~a:*", "%R~b:*", "%W~c");
        assertThat(AclUser.parse("user x off -@all").enabled()).isFalse();
        assertThatThrownBy(() -> AclUser.parse("nonsense")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoMayDoAllKeepsAllButWritingTheRange() throws RefusedException {
        assertThat(without("~*", AB)).containsExactly("%R~*", "~", "~[^a]*", "~?", "~?[^b]*");
    }

    @Test
    void patternsBesideStayAndThoseWithinBecomeReadOnly() throws RefusedException {
        assertThat(without("~b* ~a ~ac* ~x[12]*", AB)).containsExactly("~b*", "~a", "~ac*", "~x[12]*");
        assertThat(without("~ab* ~abc* ~abd", AB)).containsExactly("%R~ab*", "%R~abc*", "%R~abd");
        assertThat(without("%R~ab* %W~abc*", AB)).containsExactly("%R~ab*");
        assertThat(without("%W~a*", AB)).containsExactly("%W~a", "%W~a[^b]*");
        assertThat(without("~a\\**", KeyRange.prefix(0, "a*b"))).containsExactly("%R~a\\**", "~a\\*", "~a\\*[^b]*");
    }

    @Test
    void oneKeyLeavesLongerOnes() throws RefusedException {
        assertThat(without("~ab* ~abc", KeyRange.key(0, "ab"))).containsExactly("%R~ab*", "~ab?*", "~abc");
    }

    @Test
    void withoutReadPermissionsReadsEndToo() throws RefusedException {
        assertThat(AclUser.parse("user app on ~ab*").without(AB, false).keys()).isEmpty();
        assertThat(AclUser.parse("user app on ~*").without(AB, false).keys()).containsExactly("~", "~[^a]*", "~?", "~?[^b]*");
    }

    @Test
    void whatIsNotUnderstoodIsRefused() {
        assertThatThrownBy(() -> without("~a?*", AB)).hasMessageContaining("'app'").hasMessageContaining("~a?*");
        assertThatThrownBy(() -> without("~*b", AB)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> without("~x (~* +get)", AB)).hasMessageContaining("selectors");
    }

    private static List<String> without(String keys, KeyRange range) throws RefusedException {
        AclUser.Change change = AclUser.parse("user app on nopass " + keys + " +@all").without(range, true);
        assertThat(change.changed()).isEqualTo(!String.join(" ", change.keys()).equals(keys));
        return change.keys();
    }
}
