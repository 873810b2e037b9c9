// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names as real libraries form them. */
class PrefixShapeTest {
    private final Arena arena = Arena.open(1 << 20, 1 << 16);
    private final Account account = arena.account("test", 0, 1 << 20, false);
    private final long page = account.takePage();

    @AfterEach
    void close() {
        arena.close();
    }

    private void prefixOf(String key, String prefix) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        Mem.copyFrom(bytes, 0, page, bytes.length);
        int length = PrefixShape.length(page, bytes.length);
        assertThat(new String(bytes, 0, length, StandardCharsets.UTF_8)).as(key).isEqualTo(prefix);
    }

    @Test
    void sessions() {
        prefixOf("spring:session:sessions:4f1c9b8e-0d3a-4a41-9f5e-6a3d2b1c0e9f", "spring:session:sessions:");
        prefixOf("spring:session:sessions:expires:4f1c9b8e-0d3a-4a41-9f5e-6a3d2b1c0e9f", "spring:session:sessions:expires:");
        prefixOf("spring:session:expirations:1795000020000", "spring:session:expirations:");
        prefixOf("PHPREDIS_SESSION:u8f2k1b9c0d3", "PHPREDIS_SESSION:");
        prefixOf("sess:AbCdEfGhIjKlMnOpQrStUvWxYz", "sess:");
        prefixOf("rack:session:2::9a0f", "rack:session:2::");
        prefixOf(":1:django.contrib.sessions.cachex8k2m4", ":1:django.contrib.sessions.");
    }

    @Test
    void jobs() {
        prefixOf("bull:mail:8123", "bull:mail:");
        prefixOf("bull:mail:wait", "bull:mail:");
        prefixOf("bull:mail:8123:logs", "bull:mail:");
        prefixOf("queue:default", "queue:");
        prefixOf("rq:job:deadbeef-cafe-4a41-9f5e-6a3d2b1c0e9f", "rq:job:");
        prefixOf("celery-task-meta-4f1c9b8e-0d3a-4a41-9f5e-6a3d2b1c0e9f", "celery-task-meta-");
        prefixOf("celery\u0006\u00163", "celery\u0006\u0016");
        prefixOf("stat:processed:2026-11-22", "stat:processed:");
        prefixOf("laravel_database_queues:default:notify", "laravel_database_queues:default:");
    }

    @Test
    void caches() {
        prefixOf("cache:product:12345", "cache:product:");
        prefixOf("cache:v2:user:77:avatar", "cache:v2:user:");
        prefixOf("views/products/20150218103500", "views/products/");
        prefixOf("laravel_cache_:a9993e364706816aba3e25717850c26c9cd0d89d", "laravel_cache_:");
        prefixOf("key:000000000012", "key:");
        prefixOf("mail:bob@example.com", "mail:");
        prefixOf("page:{home}:body", "page:{home}:");
    }

    @Test
    void edges() {
        prefixOf("", "");
        prefixOf("celery", "");
        prefixOf("12345", "");
        prefixOf("a:", "");
        prefixOf(":", "");
        prefixOf("::", ":");
        prefixOf("abcdefab:x", "");
        prefixOf("facade:x", "facade:");
        prefixOf("x".repeat(41) + ":y", "");
        prefixOf("x".repeat(63) + ":y", "");
        prefixOf("abc:".repeat(30), "abc:".repeat(16));
        prefixOf("größe:länge:1", "größe:länge:");
    }
}
