// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.PatternTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.data.redis.RedisIndexedSessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;
import org.springframework.session.data.redis.SortedSetRedisSessionExpirationStore;
import org.springframework.session.data.redis.config.ConfigureNotifyKeyspaceEventsAction;
import org.springframework.session.events.AbstractSessionEvent;
import org.springframework.session.events.SessionCreatedEvent;
import org.springframework.session.events.SessionDeletedEvent;
import org.springframework.session.events.SessionExpiredEvent;

/** Spring Session's own repositories over Lettuce, while jobs are full and refuse every write: no login is lost, and who is logged out hears of it. */
class SpringSessionIT {
    private static final int SESSIONS = 200;

    @Test
    void sessionsAreCreatedChangedReadRenamedAndDeletedWhileJobsAreFull() throws Exception {
        try (FloodedServer flooded = FloodedServer.withFullJobs(); Redis redis = new Redis(flooded.port())) {
            RedisSessionRepository repository = new RedisSessionRepository(redis.template);
            repository.setDefaultMaxInactiveInterval(Duration.ofMinutes(30));
            String[] ids = logIn(repository);
            assertThat(flooded.number("sessions", "keys")).isEqualTo(SESSIONS);
            assertThat(flooded.number("sessions", "expires")).isEqualTo(SESSIONS);
            change(repository, ids);
            assertThat(flooded.number("sessions", "keys")).isEqualTo(SESSIONS);
            logOut(repository, ids);
            assertThat(flooded.number("sessions", "keys")).isZero();
            flooded.assertFullThroughoutAndKeysIn("sessions");
        }
    }

    @Test
    void whoIsLoggedInIsFoundByNameAndHearsOfTheEndWhileJobsAreFull() throws Exception {
        try (FloodedServer flooded = FloodedServer.withFullJobs(); Redis redis = new Redis(flooded.port())) {
            Map<String, AbstractSessionEvent> created = new ConcurrentHashMap<>();
            Map<String, AbstractSessionEvent> deleted = new ConcurrentHashMap<>();
            Map<String, AbstractSessionEvent> expired = new ConcurrentHashMap<>();
            RedisIndexedSessionRepository repository = new RedisIndexedSessionRepository(redis.template);
            repository.setApplicationEventPublisher(event -> {
                switch (event) {
                    case SessionCreatedEvent e -> created.put(e.getSessionId(), e);
                    case SessionDeletedEvent e -> deleted.put(e.getSessionId(), e);
                    case SessionExpiredEvent e -> expired.put(e.getSessionId(), e);
                    default -> throw new AssertionError("an event of no known kind: " + event);
                }
            });
            SortedSetRedisSessionExpirationStore expirations = new SortedSetRedisSessionExpirationStore(redis.template,
                    RedisIndexedSessionRepository.DEFAULT_NAMESPACE);
            repository.setExpirationStore(expirations);
            repository.afterPropertiesSet();
            RedisMessageListenerContainer container = redis.listen(repository);
            try {
                FloodedServer.eventually("subscriptions", () -> flooded.observer.pubsubNumPat() == 2
                        && flooded.observer.pubsubChannels().size() == 2);
                String[] ids = logIn(repository);
                FloodedServer.eventually("news of all sessions", () -> created.size() == SESSIONS);
                assertThat(repository.findByPrincipalName("user 7")).containsOnlyKeys(ids[7]);

                for (int i = 0; i < SESSIONS / 2; i++) {
                    repository.deleteById(ids[i]);
                }
                FloodedServer.eventually("news of those logged out", () -> deleted.size() == SESSIONS / 2);
                assertThat(deleted.get(ids[7]).<Session>getSession().<String>getAttribute("user")).isEqualTo("user 7");
                assertThat(repository.findByPrincipalName("user 7")).isEmpty();

                for (int i = SESSIONS / 2; i < SESSIONS; i++) {
                    var session = Objects.requireNonNull(repository.findById(ids[i]));
                    session.setMaxInactiveInterval(Duration.ofSeconds(1));
                    repository.save(session);
                }
                FloodedServer.eventually("news of those whose time is over", () -> expired.size() == SESSIONS / 2);
                assertThat(expired.get(ids[150]).<Session>getSession().<String>getAttribute("user")).isEqualTo("user 150");
                assertThat(repository.findById(ids[150])).isNull();

                expirations.setClock(Clock.offset(Clock.systemUTC(), Duration.ofDays(1)));
                repository.cleanUpExpiredSessions();
                assertThat(flooded.number("jobs", "keys")).isEqualTo(1);
                flooded.assertFullThroughoutAndKeysIn("sessions");
            } finally {
                container.destroy();
                repository.destroy();
            }
        }
    }

    private static <S extends Session> String[] logIn(SessionRepository<S> repository) {
        String[] ids = new String[SESSIONS];
        for (int i = 0; i < SESSIONS; i++) {
            S session = repository.createSession();
            session.setAttribute("user", "user " + i);
            session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, "user " + i);
            repository.save(session);
            ids[i] = session.getId();
        }
        return ids;
    }

    private static <S extends Session> void change(SessionRepository<S> repository, String[] ids) {
        for (int i = 0; i < SESSIONS; i++) {
            S session = Objects.requireNonNull(repository.findById(ids[i]));
            assertThat(session.<String>getAttribute("user")).isEqualTo("user " + i);
            session.setAttribute("basket", new int[] {i, i + 1});
            session.removeAttribute("user");
            ids[i] = session.changeSessionId();
            repository.save(session);
        }
    }

    private static <S extends Session> void logOut(SessionRepository<S> repository, String[] ids) {
        for (int i = 0; i < SESSIONS; i++) {
            S session = Objects.requireNonNull(repository.findById(ids[i]));
            assertThat(session.<int[]>getAttribute("basket")).containsExactly(i, i + 1);
            assertThat(session.<String>getAttribute("user")).isNull();
            repository.deleteById(ids[i]);
            assertThat(repository.findById(ids[i])).isNull();
        }
    }

    /** What Spring Session's configuration makes of a connection factory. */
    private static final class Redis implements AutoCloseable {
        private final LettuceConnectionFactory connections;
        final RedisTemplate<String, Object> template = new RedisTemplate<>();

        Redis(int port) {
            connections = new LettuceConnectionFactory("127.0.0.1", port);
            connections.afterPropertiesSet();
            connections.start();
            template.setConnectionFactory(connections);
            template.setKeySerializer(RedisSerializer.string());
            template.setHashKeySerializer(RedisSerializer.string());
            template.afterPropertiesSet();
        }

        RedisMessageListenerContainer listen(RedisIndexedSessionRepository repository) {
            new ConfigureNotifyKeyspaceEventsAction().configure(connections.getConnection());
            RedisMessageListenerContainer container = new RedisMessageListenerContainer();
            container.setConnectionFactory(connections);
            container.setMaxSubscriptionRegistrationWaitingTime(60_000);
            Stream.of(repository.getSessionDeletedChannel(), repository.getSessionExpiredChannel())
                .forEach(channel -> container.addMessageListener(repository, new ChannelTopic(channel)));
            container.addMessageListener(repository, new PatternTopic(repository.getSessionCreatedChannelPrefix() + "*"));
            container.afterPropertiesSet();
            container.start();
            return container;
        }

        @Override
        public void close() {
            connections.destroy();
        }
    }
}
