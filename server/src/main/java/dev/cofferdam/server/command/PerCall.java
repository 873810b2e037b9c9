// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An object that handlers fill again for each command instead of making a new one: the options of a command, an id or a range that its arguments were read into.
 *
 * <p>Declared once, as a constant of the class that uses it; then each {@link Call} has one object of it, made when it is first asked for. Used by the thread that
 * executes the call. What always holds: it is as the call's last command left it, so who takes it sets all of it.
 *
 * @param <T> the object's class
 */
public final class PerCall<T> {
    /** Constants of this class there can be: every call keeps a place for each. */
    static final int PLACES = 16;
    private static final AtomicInteger PLACES_TAKEN = new AtomicInteger();

    private final int place = PLACES_TAKEN.getAndIncrement();
    private final Supplier<T> maker;

    public PerCall(Supplier<T> maker) {
        if (place >= PLACES) {
            throw new IllegalStateException("more than " + PLACES + " objects per call; raise PerCall.PLACES");
        }
        this.maker = maker;
    }

    @SuppressWarnings("unchecked") // what lies at its place was made here
    public T of(Call call) {
        @Nullable Object[] kept = call.reused;
        Object found = kept[place];
        if (found == null) {
            found = maker.get();
            kept[place] = found;
        }
        return (T) found;
    }
}
