// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.pattern;
import static dev.cofferdam.server.command.Argument.real;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.BLOCKING;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.MOVABLEKEYS;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeySpec.keys;
import static dev.cofferdam.server.command.KeySpec.numkeys;
import static dev.cofferdam.server.command.KeyUse.INSPECTS;
import static dev.cofferdam.server.command.KeyUse.OVERWRITES;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.READS_AND_UPDATES;
import static dev.cofferdam.server.command.KeyUse.REMOVES;
import static dev.cofferdam.server.command.KeyUse.TAKES;
import static dev.cofferdam.server.command.KeyUse.UPDATES;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.KeyUse;

/** Declares the commands of sorted sets; the handlers are in the classes beside it. Owns nothing. */
public final class SortedSetCommands {
    private static final Argument WITHSCORES = token("WITHSCORES").optional();
    private static final Argument LIMIT = block("offset_count", integer("offset"), integer("count")).after("LIMIT").optional();
    private static final Argument KEYS = key("key").multiple();
    private static final Argument WEIGHTS = integer("weight").after("WEIGHTS").multiple().optional();
    private static final Argument AGGREGATE = oneOf(token("SUM"), token("MIN"), token("MAX")).named("aggregate").after("AGGREGATE")
        .optional();
    private static final Argument WHERE = oneOf(token("MIN"), token("MAX")).named("where");
    private static final Argument COUNT = integer("count").after("COUNT").optional();

    private SortedSetCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("sorted-set");
        declareMembers(table);
        declareRanges(table);
        declareOldRanges(table);
        declareRemovals(table);
        declarePops(table);
        declareAlgebra(table);
        declareWalks(table);
    }

    private static KeySpec one(KeyUse use) {
        return KeySpec.key(1, use);
    }

    private static void declareMembers(CommandTable table) {
        table.command("ZADD").summary("Adds members to a sorted set, or changes their scores; creates the key if there is none.")
            .since("1.2.0")
            .complexity("O(log(N)) for each member, N being the size of the sorted set").arity(atLeast(4)).flags(WRITE, FAST).memory(GROWS)
            .keys(one(UPDATES))
            .arguments(key("key"), oneOf(token("NX"), token("XX")).since("3.0.2").optional(),
                    oneOf(token("GT"), token("LT")).named("comparison").since("6.2.0").optional(),
                    token("CH").named("change").since("3.0.2").optional(), token("INCR").named("increment").since("3.0.2").optional(),
                    block("score_member", real("score"), string("member")).multiple())
            .bound(AddCommands::zaddBound).need(AddCommands::zaddNeed)
            .history("2.4.0", "Takes several members.", "3.0.2", "Has XX, NX, CH and INCR.", "6.2.0", "Has GT and LT.")
            .handledBy(AddCommands::zadd);
        table.command("ZINCRBY").summary("Adds to the score of a member.").since("1.2.0")
            .complexity("O(log(N)), N being the size of the sorted set").arity(exactly(4)).flags(WRITE, FAST).memory(GROWS)
            .keys(one(READS_AND_UPDATES)).arguments(key("key"), integer("increment"), string("member")).bound(AddCommands::zincrbyBound)
            .need(AddCommands::zincrbyNeed).handledBy(AddCommands::zincrby);
        table.command("ZSCORE").summary("Returns the score of a member.").since("1.2.0").complexity("O(1)").arity(exactly(3))
            .flags(READONLY, FAST)
            .memory(NEUTRAL).keys(one(READS)).arguments(key("key"), string("member")).handledBy(MemberCommands::zscore);
        table.command("ZMSCORE").summary("Returns the scores of several members.").since("6.2.0")
            .complexity("O(N), N being the number of members asked for").arity(atLeast(3)).flags(READONLY, FAST).memory(NEUTRAL)
            .keys(one(READS))
            .arguments(key("key"), string("member").multiple()).handledBy(MemberCommands::zmscore);
        table.command("ZCARD").summary("Returns the number of members.").since("1.2.0").complexity("O(1)").arity(exactly(2))
            .flags(READONLY, FAST)
            .memory(NEUTRAL).keys(one(INSPECTS)).arguments(key("key")).handledBy(MemberCommands::zcard);
        table.command("ZRANK").summary("Returns how many members come before a member, by ascending scores.").since("2.0.0")
            .complexity("O(log(N))")
            .arity(exactly(3)).flags(READONLY, FAST).memory(NEUTRAL).keys(one(READS)).arguments(key("key"), string("member"))
            .handledBy(MemberCommands::zrank);
        table.command("ZREVRANK").summary("Returns how many members come before a member, by descending scores.").since("2.0.0")
            .complexity("O(log(N))").arity(exactly(3)).flags(READONLY, FAST).memory(NEUTRAL).keys(one(READS))
            .arguments(key("key"), string("member")).handledBy(MemberCommands::zrevrank);
    }

    private static void declareRanges(CommandTable table) {
        table.command("ZCOUNT").summary("Counts the members with scores in a range.").since("2.0.0").complexity("O(log(N))")
            .arity(exactly(4))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(one(READS)).arguments(key("key"), real("min"), real("max"))
            .handledBy(RangeCommands::zcount);
        table.command("ZLEXCOUNT").summary("Counts the members in a lexicographical range.").since("2.8.9").complexity("O(log(N))")
            .arity(exactly(4))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(one(READS)).arguments(key("key"), string("min"), string("max"))
            .handledBy(RangeCommands::zlexcount);
        table.command("ZRANGE").summary("Returns the members in a range of ranks, scores or names.").since("1.2.0")
            .complexity("O(log(N)+M), M being the number of members returned").arity(atLeast(4)).flags(READONLY).memory(NEUTRAL)
            .keys(one(READS))
            .arguments(key("key"), string("start"), string("stop"),
                    oneOf(token("BYSCORE"), token("BYLEX")).named("sortby").since("6.2.0").optional(),
                    token("REV").since("6.2.0").optional(), LIMIT.since("6.2.0"), WITHSCORES)
            .history("6.2.0", "Has BYSCORE, BYLEX, REV and LIMIT, and so does the work of five older commands.")
            .handledBy(RangeCommands::zrange);
        table.command("ZRANGESTORE").summary("Stores the members in a range of a sorted set in another key.").since("6.2.0")
            .complexity("O(log(N)+M), M being the number of members stored").arity(atLeast(5)).flags(WRITE).memory(GROWS)
            .keys(KeySpec.key(1, OVERWRITES), KeySpec.key(2, READS))
            .arguments(key("dst"), key("src"), string("min"), string("max"),
                    oneOf(token("BYSCORE"), token("BYLEX")).named("sortby").optional(), token("REV").optional(), LIMIT)
            .bound(RangeCommands::zrangestoreBound).handledBy(RangeCommands::zrangestore);
    }

    private static void declareOldRanges(CommandTable table) {
        table.command("ZREVRANGE").summary("Returns the members in a range of ranks, by descending scores.").since("1.2.0")
            .complexity("O(log(N)+M), M being the number of members returned").arity(atLeast(4)).flags(READONLY).memory(NEUTRAL)
            .keys(one(READS))
            .arguments(key("key"), integer("start"), integer("stop"), WITHSCORES).deprecated("6.2.0", "`ZRANGE` … `REV`")
            .handledBy(RangeCommands::zrevrange);
        table.command("ZRANGEBYSCORE").summary("Returns the members with scores in a range.").since("1.0.5")
            .complexity("O(log(N)+M), M being the number of members returned").arity(atLeast(4)).flags(READONLY).memory(NEUTRAL)
            .keys(one(READS))
            .arguments(key("key"), real("min"), real("max"), WITHSCORES.since("2.0.0"), LIMIT).history("2.0.0", "Has WITHSCORES.")
            .deprecated("6.2.0", "`ZRANGE` … `BYSCORE`").handledBy(RangeCommands::zrangebyscore);
        table.command("ZREVRANGEBYSCORE").summary("Returns the members with scores in a range, by descending scores.").since("2.2.0")
            .complexity("O(log(N)+M), M being the number of members returned").arity(atLeast(4)).flags(READONLY).memory(NEUTRAL)
            .keys(one(READS))
            .arguments(key("key"), real("max"), real("min"), WITHSCORES, LIMIT).history("2.1.6", "A bound may be excluded.")
            .deprecated("6.2.0", "`ZRANGE` … `BYSCORE` `REV`").handledBy(RangeCommands::zrevrangebyscore);
        table.command("ZRANGEBYLEX").summary("Returns the members in a lexicographical range.").since("2.8.9")
            .complexity("O(log(N)+M), M being the number of members returned").arity(atLeast(4)).flags(READONLY).memory(NEUTRAL)
            .keys(one(READS))
            .arguments(key("key"), string("min"), string("max"), LIMIT).deprecated("6.2.0", "`ZRANGE` … `BYLEX`")
            .handledBy(RangeCommands::zrangebylex);
        table.command("ZREVRANGEBYLEX").summary("Returns the members in a lexicographical range, backwards.").since("2.8.9")
            .complexity("O(log(N)+M), M being the number of members returned").arity(atLeast(4)).flags(READONLY).memory(NEUTRAL)
            .keys(one(READS))
            .arguments(key("key"), string("max"), string("min"), LIMIT).deprecated("6.2.0", "`ZRANGE` … `BYLEX` `REV`")
            .handledBy(RangeCommands::zrevrangebylex);
    }

    private static void declareRemovals(CommandTable table) {
        table.command("ZREM").summary("Removes members; deletes the key with the last one.").since("1.2.0")
            .complexity("O(M*log(N)), M being the number of members removed").arity(atLeast(3)).flags(WRITE, FAST).memory(FREES)
            .keys(one(REMOVES)).arguments(key("key"), string("member").multiple()).history("2.4.0", "Takes several members.")
            .handledBy(MemberCommands::zrem);
        table.command("ZREMRANGEBYRANK").summary("Removes the members in a range of ranks.").since("2.0.0")
            .complexity("O(log(N)+M), M being the number of members removed").arity(exactly(4)).flags(WRITE).memory(FREES)
            .keys(one(REMOVES))
            .arguments(key("key"), integer("start"), integer("stop")).handledBy(RangeCommands::zremrangebyrank);
        table.command("ZREMRANGEBYSCORE").summary("Removes the members with scores in a range.").since("1.2.0")
            .complexity("O(log(N)+M), M being the number of members removed").arity(exactly(4)).flags(WRITE).memory(FREES)
            .keys(one(REMOVES))
            .arguments(key("key"), real("min"), real("max")).handledBy(RangeCommands::zremrangebyscore);
        table.command("ZREMRANGEBYLEX").summary("Removes the members in a lexicographical range.").since("2.8.9")
            .complexity("O(log(N)+M), M being the number of members removed").arity(exactly(4)).flags(WRITE).memory(FREES)
            .keys(one(REMOVES))
            .arguments(key("key"), string("min"), string("max")).handledBy(RangeCommands::zremrangebylex);
    }

    private static void declarePops(CommandTable table) {
        table.command("ZPOPMIN").summary("Removes and returns the members with the lowest scores.").since("5.0.0")
            .complexity("O(log(N)*M), M being the number of members popped").arity(atLeast(2)).flags(WRITE, FAST).memory(FREES)
            .keys(one(TAKES))
            .arguments(key("key"), integer("count").optional()).handledBy(PopCommands::zpopmin);
        table.command("ZPOPMAX").summary("Removes and returns the members with the highest scores.").since("5.0.0")
            .complexity("O(log(N)*M), M being the number of members popped").arity(atLeast(2)).flags(WRITE, FAST).memory(FREES)
            .keys(one(TAKES))
            .arguments(key("key"), integer("count").optional()).handledBy(PopCommands::zpopmax);
        table.command("BZPOPMIN").summary("Pops the member with the lowest score of the first set that is not empty; waits for one.")
            .since("5.0.0")
            .complexity("O(log(N))").arity(atLeast(3)).flags(WRITE, NOSCRIPT, BLOCKING, FAST).memory(FREES).keys(keys(1, -2, 1, TAKES))
            .arguments(KEYS, real("timeout")).history("6.0.0", "A timeout may be a fraction of a second.").handledBy(PopCommands::bzpopmin);
        table.command("BZPOPMAX").summary("Pops the member with the highest score of the first set that is not empty; waits for one.")
            .since("5.0.0")
            .complexity("O(log(N))").arity(atLeast(3)).flags(WRITE, NOSCRIPT, BLOCKING, FAST).memory(FREES).keys(keys(1, -2, 1, TAKES))
            .arguments(KEYS, real("timeout")).history("6.0.0", "A timeout may be a fraction of a second.").handledBy(PopCommands::bzpopmax);
        table.command("ZMPOP").summary("Pops members of the first set that is not empty.").since("7.0.0")
            .complexity("O(K) + O(M*log(N)), K being the number of keys and M the number of members popped").arity(atLeast(4))
            .flags(WRITE, MOVABLEKEYS).memory(FREES).keys(numkeys(1, TAKES)).arguments(integer("numkeys"), KEYS, WHERE, COUNT)
            .handledBy(PopCommands::zmpop);
        table.command("BZMPOP").summary("Pops members of the first set that is not empty; waits for one.").since("7.0.0")
            .complexity("O(K) + O(M*log(N)), K being the number of keys and M the number of members popped").arity(atLeast(5))
            .flags(WRITE, BLOCKING, MOVABLEKEYS).memory(FREES).keys(numkeys(2, TAKES))
            .arguments(real("timeout"), integer("numkeys"), KEYS, WHERE, COUNT).handledBy(PopCommands::bzmpop);
    }

    private static void declareAlgebra(CommandTable table) {
        String unionCost = "O(N)+O(M*log(M)), N being the sum of the sizes and M the size of the result";
        String intersectionCost = "O(N*K)+O(M*log(M)), N being the smallest size, K the number of keys and M the size of the result";
        String differenceCost = "O(N*K)+O(M*log(M)), N being the size of the first set, K the number of keys and M the size of the result";
        table.command("ZUNION").summary("Returns the union of sets.").since("6.2.0").complexity(unionCost).arity(atLeast(3))
            .flags(READONLY, MOVABLEKEYS).memory(NEUTRAL).keys(numkeys(1, READS))
            .arguments(integer("numkeys"), KEYS, WEIGHTS, AGGREGATE, WITHSCORES).handledBy(AlgebraCommands::zunion);
        table.command("ZINTER").summary("Returns the intersection of sets.").since("6.2.0").complexity(intersectionCost).arity(atLeast(3))
            .flags(READONLY, MOVABLEKEYS).memory(NEUTRAL).keys(numkeys(1, READS))
            .arguments(integer("numkeys"), KEYS, WEIGHTS, AGGREGATE, WITHSCORES).handledBy(AlgebraCommands::zinter);
        table.command("ZDIFF").summary("Returns what of the first set is in none of the others.").since("6.2.0").complexity(differenceCost)
            .arity(atLeast(3)).flags(READONLY, MOVABLEKEYS).memory(NEUTRAL).keys(numkeys(1, READS))
            .arguments(integer("numkeys"), KEYS, WITHSCORES).handledBy(AlgebraCommands::zdiff);
        table.command("ZINTERCARD").summary("Counts the members of the intersection of sets.").since("7.0.0")
            .complexity("O(N*K), N being the smallest size and K the number of keys").arity(atLeast(3)).flags(READONLY, MOVABLEKEYS)
            .memory(NEUTRAL).keys(numkeys(1, READS)).arguments(integer("numkeys"), KEYS, integer("limit").after("LIMIT").optional())
            .handledBy(AlgebraCommands::zintercard);
        table.command("ZUNIONSTORE").summary("Stores the union of sets in a key.").since("2.0.0").complexity(unionCost).arity(atLeast(4))
            .flags(WRITE, MOVABLEKEYS).memory(GROWS).keys(KeySpec.key(1, OVERWRITES), numkeys(2, READS))
            .arguments(key("destination"), integer("numkeys"), KEYS, WEIGHTS, AGGREGATE).bound(AlgebraCommands::unionBound)
            .handledBy(AlgebraCommands::zunionstore);
        table.command("ZINTERSTORE").summary("Stores the intersection of sets in a key.").since("2.0.0").complexity(intersectionCost)
            .arity(atLeast(4)).flags(WRITE, MOVABLEKEYS).memory(GROWS).keys(KeySpec.key(1, OVERWRITES), numkeys(2, READS))
            .arguments(key("destination"), integer("numkeys"), KEYS, WEIGHTS, AGGREGATE).bound(AlgebraCommands::intersectionBound)
            .handledBy(AlgebraCommands::zinterstore);
        table.command("ZDIFFSTORE").summary("Stores what of the first set is in none of the others.").since("6.2.0")
            .complexity(differenceCost)
            .arity(atLeast(4)).flags(WRITE, MOVABLEKEYS).memory(GROWS).keys(KeySpec.key(1, OVERWRITES), numkeys(2, READS))
            .arguments(key("destination"), integer("numkeys"), KEYS).bound(AlgebraCommands::differenceBound)
            .handledBy(AlgebraCommands::zdiffstore);
    }

    private static void declareWalks(CommandTable table) {
        table.command("ZRANDMEMBER").summary("Returns random members.").since("6.2.0")
            .complexity("O(N*log(M)), N being the number of members asked for and M the size of the sorted set").arity(atLeast(2))
            .flags(READONLY)
            .memory(NEUTRAL).tips("nondeterministic_output").keys(one(READS))
            .arguments(key("key"), block("options", integer("count"), WITHSCORES).optional()).handledBy(RandomCommands::zrandmember);
        table.command("ZSCAN").summary("Goes through the members a few at a time.").since("2.8.0")
            .complexity("O(1) for each call as long as the sorted set is a large part of its compartment").arity(atLeast(3)).flags(READONLY)
            .memory(NEUTRAL).tips("nondeterministic_output").keys(one(READS))
            .arguments(key("key"), integer("cursor"), pattern("pattern").after("MATCH").optional(), COUNT).handledBy(ScanCommands::zscan);
    }
}
