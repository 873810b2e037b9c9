// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import dev.cofferdam.server.config.Directive.Section;
import java.util.ArrayList;
import java.util.List;

/** Writes what the directive table says for people: the documented default {@code cofferdam.conf} and {@code docs/reference/configuration.md}. Stateless. */
public final class ConfigReference {
    private static final int LINE_MAX_CHARS = 110;

    private ConfigReference() {
    }

    /** The default file: every directive that has an effect, with what it does; commented out where its line would say nothing new. */
    public static String file() {
        StringBuilder out = new StringBuilder();
        comment(out,
                "Cofferdam's configuration, with the defaults. Generated from the directive table: do not edit it in the source tree.");
        comment(out, "");
        comment(out,
                "A directive a line, words with blanks or special bytes in quotes, as in redis.conf. Sizes: 1k is 1000 bytes, 1kb 1024, likewise m, mb, g, gb. "
                        + "'include <file>' reads another file at that place. On the command line the same: cofferdam serve my.conf --port 7000 --maxmemory 256mb. "
                        + "Check a file with: cofferdam check-config my.conf");
        for (Section section : Section.values()) {
            if (section == Section.UNUSED) {
                continue;
            }
            out.append("\n# ").append("-".repeat(20)).append(' ').append(section.title()).append('\n');
            for (Directive<?> directive : Directives.all()) {
                if (directive.section() == section) {
                    out.append('\n');
                    comment(out, directive.sentence() + " " + directive.consequence());
                    comment(out, "Takes " + directive.type().describe() + "." + (directive.runtime() ? "" : " At start only."));
                    // maxmemory 0 would be true too, but who uncomments the line wants to write a size.
                    boolean commented = directive == Directives.MAXMEMORY;
                    out.append(commented ? "# maxmemory 1gb" : directive.name() + " " + directive.defaultText()).append('\n');
                }
            }
            if (section == Section.MEMORY) {
                compartments(out);
            } else if (section == Section.CLIENTS) {
                users(out);
            }
        }
        return out.toString();
    }

    private static void compartments(StringBuilder out) {
        out.append('\n');
        for (String paragraph : COMPARTMENT_TEXT) {
            comment(out, paragraph);
        }
        comment(out, "");
        comment(out, "What 'compartments preset' stands for, in the order in which the rules are tried, after those of this file:");
        comment(out, "");
        for (CompartmentPresets.Line line : CompartmentPresets.preset()) {
            out.append("# compartment ").append(Words.join(line.words()))
                .append(line.library().equals("budgets") ? "" : "   (" + line.library() + ")").append('\n');
        }
        for (CompartmentPresets.Line line : CompartmentPresets.machine()) {
            out.append("# compartment ").append(Words.join(line.words())).append('\n');
        }
    }

    private static void users(StringBuilder out) {
        out.append('\n');
        for (String paragraph : USER_TEXT) {
            comment(out, paragraph);
        }
    }

    private static final List<String> USER_TEXT = List.of("user <name> [<rule>...]", "",
            "Who may do what, by the rules of ACL SETUSER in Redis 7.0; a line a user, or a file of such lines by 'aclfile'. 'user default ...' says what a "
                    + "connection may do that did not log in. Nothing is allowed but what a rule allows.",
            "",
            "on, off: may log in, or may not. >password, #sha256, nopass, resetpass: how. reset: as a new user.",
            "+get -get +config|get +@read -@dangerous allcommands nocommands: commands, sub-commands, categories (ACL CAT).",
            "~orders:* %R~cache:* %W~log allkeys resetkeys: keys to read and write, to read, to write. &news:* allchannels resetchannels: channels.",
            "(+get ~x): a selector: commands, keys and channels that are allowed together; clearselectors removes all.",
            "compartment=<name>: connections of the user belong to that compartment, as after COMPARTMENT USE: its policy is what INFO tells them. Which compartment "
                    + "a key lies in depends on the key alone.",
            "",
            "user worker on >secret ~bull:* &bull:* +@all -@admin -@dangerous +info compartment=jobs");

    private static final List<String> COMPARTMENT_TEXT = List.of(
            "compartment <name> [keys <pattern>...] [db <number>...] [reserve <size|percent>] [max <size|percent>]",
            "    [full reject | full evict | full evict protect <time> | full evict-volatile] [durability none]",
            "",
            "A watertight part of the memory. A key belongs to the first compartment whose rule fits it, else to 'default'. Several lines may speak of one "
                    + "compartment: each line with keys or db is a rule (with both, both must fit), each option is given once. Percentages are of maxmemory.",
            "",
            "keys: globs as KEYS takes them; a prefix and a star (cache:*) or a whole key costs next to nothing, other globs a little on every key.",
            "reserve: always there for it, whatever the others do. All reserves together must fit into maxmemory. Default 0. With 'full reject' the last "
                    + "twentieth of what it can have, of its reserve as of its max, is kept for what does not grow: moves, pops, overwriting.",
            "max: never more than this. Memory nobody has reserved is lent to whoever needs it, up to its max; 'full evict' gives way to the others there. Default "
                    + "100%.",
            "full reject: what grows is refused with an OOM error, everything else works on; nothing is ever dropped. The default.",
            "full evict: what is used least is dropped.",
            "full evict protect 30m: the same, but never what was used within that time, apart from being created, nor what was created less than a second ago; when only such entries are left it rejects.",
            "full evict-volatile: drops among keys with a time to live only; when there are none it rejects.",
            "durability: only 'none' in this version: data lives in memory and is gone after a restart.",
            "",
            "A preset's name in a line here changes that preset: options that are given replace its options, a rule replaces all of its rules. 'connections' "
                    + "(buffers of clients), 'scripts' and 'machinery' hold no keys and take reserve and max only. What 'scripts' reserve is, "
                    + "if no line says otherwise, at least an interpreter for each compartment (0.7 MB each with 64 MB, 1.9 MB with 1 GB), but a sixteenth of maxmemory at "
                    + "most and nothing that others reserve; a preset's max that cannot be reached then is as much less.",
            "",
            "compartment geo keys geo:* map:* reserve 10% max 30% full evict",
            "compartment sessions reserve 64mb");

    /** The reference page. */
    public static String page() {
        StringBuilder out = new StringBuilder(
                "# Configuration\n\nGenerated from the directive table (`Directives`); a test keeps it up to date.\n\n"
                        + "`cofferdam serve [file] [--directive value ...]` reads the file, then the command line over it. `cofferdam check-config [file]` only checks.\n"
                        + "`CONFIG GET` shows every directive, `CONFIG SET` changes those marked *at run time*, `CONFIG REWRITE` writes them to the file.\n");
        for (Section section : Section.values()) {
            if (section == Section.UNUSED) {
                continue;
            }
            out.append("\n## ").append(section.title())
                .append("\n\n| directive | default | takes | changes | what it does, and what follows |\n|---|---|---|---|---|\n");
            for (Directive<?> directive : Directives.all()) {
                if (directive.section() == section) {
                    row(out, directive);
                }
            }
            if (section == Section.MEMORY) {
                out.append("\n### Compartments\n\n```\n");
                StringBuilder text = new StringBuilder();
                compartments(text);
                out.append(text.toString().strip().replaceAll("(?m)^# ?", "")).append("\n```\n");
            } else if (section == Section.CLIENTS) {
                out.append("\n### Users\n\n```\n");
                StringBuilder text = new StringBuilder();
                users(text);
                out.append(text.toString().strip().replaceAll("(?m)^# ?", "")).append("\n```\n");
            }
        }
        out.append("\n## ").append(Section.UNUSED.title())
            .append("\n\nNames of Redis 7.0 that are taken, so that files and tools work, and change nothing.\n\n"
                    + "| directive | default | takes | why |\n|---|---|---|---|\n");
        for (Directive<?> directive : Directives.all()) {
            if (directive.section() == Section.UNUSED) {
                out.append("| ").append(names(directive)).append(" | ").append(code(directive.defaultText())).append(" | ")
                    .append(directive.type().describe())
                    .append(" | ").append(directive.sentence()).append(" |\n");
            }
        }
        return out.toString();
    }

    private static void row(StringBuilder out, Directive<?> directive) {
        out.append("| ").append(names(directive)).append(" | ").append(code(directive.defaultText())).append(" | ")
            .append(directive.type().describe()).append(" | ")
            .append(directive.runtime() ? "at run time" : "at start").append(" | ").append(directive.sentence()).append(' ')
            .append(directive.consequence())
            .append(" |\n");
    }

    private static String names(Directive<?> directive) {
        return code(directive.name()) + (directive.formerName() == null ? "" : ", once " + code(directive.formerName()));
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    /** The text as comment lines of bearable length; text that begins with a blank keeps its shape. */
    private static void comment(StringBuilder out, String text) {
        List<String> words = new ArrayList<>(List.of(text.split(" ")));
        StringBuilder line = new StringBuilder("#");
        for (String word : words) {
            if (line.length() + word.length() + 1 > LINE_MAX_CHARS) {
                out.append(line).append('\n');
                line = new StringBuilder("#");
            }
            line.append(' ').append(word);
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }
}
