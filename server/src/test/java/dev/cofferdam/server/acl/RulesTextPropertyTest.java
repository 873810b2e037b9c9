// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.command.Category;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandFamilies;
import dev.cofferdam.server.command.CommandTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rules written as text make the same rules again. */
class RulesTextPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int USERS = 400;

    private final CommandTable table = new CommandTable();
    private final Random random = new Random(SEED);

    RulesTextPropertyTest() {
        CommandFamilies.declareAll(table);
    }

    @Test
    void whatIsWrittenIsReadAsTheSame() {
        int withSelectors = 0;
        for (int i = 0; i < USERS; i++) {
            Users users = new Users(table, name -> name.equals("cache"));
            List<String> rules = rules();
            apply(users, rules);
            User user = users.named("u");
            String line = users.line(user);
            Users again = new Users(table, name -> name.equals("cache"));
            apply(again, List.of(line.split(" ")).subList(2, line.split(" ").length));
            assertThat(again.line(again.named("u"))).as("%s, -Dcofferdam.seed=%d", rules, SEED).isEqualTo(line);
            for (int s = 0; s < user.rules().selectors.size(); s++) {
                assertSameCommands(user.rules().selectors.get(s), again.named("u").rules().selectors.get(s), rules);
            }
            withSelectors += user.rules().selectors.size() > 1 ? 1 : 0;
        }
        assertThat(withSelectors).isGreaterThan(USERS / 10);
    }

    private void assertSameCommands(Selector first, Selector second, List<String> rules) {
        for (Command command : table.all()) {
            assertThat(second.commands.has(command.number())).as("%s after %s, -Dcofferdam.seed=%d", command, rules, SEED)
                .isEqualTo(first.commands.has(command.number()));
            if (!first.commands.has(command.number())) {
                assertThat(second.firstArguments.get(command.number())).isEqualTo(first.firstArguments.get(command.number()));
            }
        }
        assertThat(second.commands.hasFuture()).isEqualTo(first.commands.hasFuture());
    }

    private void apply(Users users, List<String> rules) {
        Users.Change change = users.plan("u", rules);
        assertThat(change.rules()).as("%s: %s, -Dcofferdam.seed=%d", rules, change.problem(), SEED).isNotNull();
        users.put("u", change.rules());
    }

    private List<String> rules() {
        List<String> rules = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            rules.add(switch (random.nextInt(10)) {
                case 0 -> random.nextBoolean() ? "on" : random.nextBoolean() ? "nopass" : "compartment=cache";
                case 1 -> ">" + random.nextInt(5);
                case 2 -> "(" + selectorRule() + " " + selectorRule() + ")";
                case 3 -> "resetchannels";
                default -> selectorRule();
            });
        }
        return rules;
    }

    private String selectorRule() {
        Category[] categories = Category.values();
        List<Command> commands = table.all();
        return switch (random.nextInt(9)) {
            case 0 -> "+@" + categories[random.nextInt(categories.length)].redisName();
            case 1 -> "-@" + categories[random.nextInt(categories.length)].redisName();
            case 2, 3 -> "+" + commands.get(random.nextInt(commands.size())).name();
            case 4 -> "-" + commands.get(random.nextInt(commands.size())).name();
            case 5 -> "%" + (random.nextBoolean() ? "R" : "W") + "~" + random.nextInt(4);
            case 6 -> "&" + random.nextInt(3);
            case 7 -> random.nextInt(3) == 0 ? "+@all" : "+select|" + random.nextInt(3);
            default -> "~k" + random.nextInt(3);
        };
    }
}
