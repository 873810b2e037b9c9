// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code client-output-buffer-limit}: how far the replies of a client may pile up, by class of client. Immutable.
 *
 * <p>A client is cut at once beyond the hard limit, and after {@code softSeconds} in a row beyond the soft one; 0 is no limit.
 */
public record OutputLimits(Limit normal, Limit replica, Limit pubsub) {
    /** What Redis sets out with. */
    public static final OutputLimits DEFAULT = new OutputLimits(new Limit(0, 0, 0), new Limit(256L << 20, 64L << 20, 60),
            new Limit(32L << 20, 8L << 20, 60));

    /** No class has one. */
    public static final OutputLimits NONE = new OutputLimits(Limit.NONE, Limit.NONE, Limit.NONE);

    /** The limit of one class of clients. */
    public record Limit(long hardBytes, long softBytes, long softSeconds) {
        public static final Limit NONE = new Limit(0, 0, 0);

        private List<String> words(boolean withUnits) {
            return List.of(withUnits ? Sizes.printBytes(hardBytes) : Long.toString(hardBytes),
                    withUnits ? Sizes.printBytes(softBytes) : Long.toString(softBytes), Long.toString(softSeconds));
        }
    }

    /** The kind of value: groups of four words, each for one class; classes that are not named keep what they had. */
    static final ValueType<OutputLimits> TYPE = new ValueType<>() {
        @Override
        public OutputLimits parse(List<String> words) throws InvalidValueException {
            return DEFAULT.with(words);
        }

        @Override
        public OutputLimits change(OutputLimits current, List<String> words) throws InvalidValueException {
            return current.with(words);
        }

        @Override
        public String print(OutputLimits value) {
            return String.join(" ", value.words("slave", false));
        }

        @Override
        public List<String> words(OutputLimits value) {
            return value.words("replica", true);
        }

        @Override
        public List<String> split(String argument) {
            return ValueTypes.splitAtSpaces(argument);
        }

        @Override
        public String describe() {
            return "class (normal, replica or pubsub), hard limit, soft limit, seconds; as often as needed";
        }
    };

    /** These limits with those named in the words changed; throws with Redis's texts. */
    OutputLimits with(List<String> words) throws InvalidValueException {
        List<String> rest = words.size() == 1 ? ValueTypes.splitAtSpaces(words.getFirst()) : words;
        if (rest.size() % 4 != 0) {
            throw new InvalidValueException("Wrong number of arguments in buffer limit configuration.");
        }
        OutputLimits limits = this;
        for (int i = 0; i < rest.size(); i += 4) {
            String clients = rest.get(i).toLowerCase(Locale.ROOT);
            if (!List.of("normal", "slave", "replica", "pubsub").contains(clients)) {
                throw new InvalidValueException("Invalid client class specified in buffer limit configuration.");
            }
            Limit limit = limit(rest.get(i + 1), rest.get(i + 2), rest.get(i + 3));
            limits = switch (clients) {
                case "normal" -> new OutputLimits(limit, limits.replica, limits.pubsub);
                case "pubsub" -> new OutputLimits(limits.normal, limits.replica, limit);
                default -> new OutputLimits(limits.normal, limit, limits.pubsub);
            };
        }
        return limits;
    }

    private static Limit limit(String hard, String soft, String seconds) throws InvalidValueException {
        try {
            long softSeconds = Long.parseLong(seconds);
            if (softSeconds >= 0) {
                return new Limit(Sizes.parseBytes(hard), Sizes.parseBytes(soft), softSeconds);
            }
        } catch (NumberFormatException | InvalidValueException e) {
            // Falls through: Redis has one text for the three.
        }
        throw new InvalidValueException("Error in hard, soft or soft_seconds setting in buffer limit configuration.");
    }

    private List<String> words(String replicaName, boolean withUnits) {
        List<String> words = new ArrayList<>();
        words.add("normal");
        words.addAll(normal.words(withUnits));
        words.add(replicaName);
        words.addAll(replica.words(withUnits));
        words.add("pubsub");
        words.addAll(pubsub.words(withUnits));
        return words;
    }
}
