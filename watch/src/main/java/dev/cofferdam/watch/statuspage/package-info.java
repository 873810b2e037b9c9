// SPDX-License-Identifier: Apache-2.0
/** What others may know: components, incidents and drafts in Atlassian Statuspage's format. */
@NullMarked
package dev.cofferdam.watch.statuspage;

import org.jspecify.annotations.NullMarked;
