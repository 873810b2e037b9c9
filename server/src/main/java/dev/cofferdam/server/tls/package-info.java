// SPDX-License-Identifier: Apache-2.0
/** What TLS is made of before the first connection: certificates and keys read from files, names of ciphers, the context that makes engines. */
@NullMarked
package dev.cofferdam.server.tls;

import org.jspecify.annotations.NullMarked;
