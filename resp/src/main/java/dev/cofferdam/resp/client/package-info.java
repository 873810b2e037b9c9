// SPDX-License-Identifier: Apache-2.0
/** A small blocking client: requests, replies of RESP2 and RESP3, one connection. For the tools; the server does not use it. */
@NullMarked
package dev.cofferdam.resp.client;

import org.jspecify.annotations.NullMarked;
