// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.resp.client.Reply;
import java.io.IOException;
import java.util.List;

/** The processes of one target, and the two ways in: to look, and to act. What a test puts in the network's place. Any thread. */
public interface Nodes {
    /** Each {@code host:port}, at least one, a primary first. Asked anew for each plan, since a failover may have changed it. */
    List<String> names() throws IOException;

    /** Whether there is a credential to act with. */
    boolean mayAct();

    /** @param acting with the credential to act, else with that to look */
    Session open(String node, boolean acting) throws IOException;

    /** One connection. One thread. */
    interface Session extends AutoCloseable {
        /** A reply for each, failures among them. */
        List<Reply> ask(List<Command> commands) throws IOException;

        default Reply ask(Command command) throws IOException {
            return ask(List.of(command)).getFirst();
        }

        default Reply ask(String... words) throws IOException {
            return ask(Command.of(words));
        }

        @Override
        void close();
    }
}
