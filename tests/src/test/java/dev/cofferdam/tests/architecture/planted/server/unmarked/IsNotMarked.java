// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.server.unmarked;

final class IsNotMarked {}
