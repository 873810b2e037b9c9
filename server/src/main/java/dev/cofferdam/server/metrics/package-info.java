// SPDX-License-Identifier: Apache-2.0
/** What can be seen of a running server: figures declared once and shown by INFO, Prometheus and the reference page; slow commands; latencies. */
@NullMarked
package dev.cofferdam.server.metrics;

import org.jspecify.annotations.NullMarked;
