// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.console.ConsoleOptions;
import dev.cofferdam.watch.console.rehearsal.Rehearsal;
import dev.cofferdam.watch.console.rehearsal.RehearsedConsole;
import dev.cofferdam.watch.incident.CulpritText;
import dev.cofferdam.watch.text.Printable;
import dev.cofferdam.watch.web.AccessToken;
import dev.cofferdam.watch.web.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The console in a real browser, on the rehearsal: the afternoon of the incident, second by second. Screenshots are left in {@code target/screenshots}.
 *
 * <p>After each test the page must not have complained of anything.
 */
@Timeout(300)
class ConsoleIT {
    private static final String TOKEN = "admin-token-of-anna";
    private static final Path AXE = Path.of("browser/node_modules/axe-core/axe.min.js");
    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    private static Chromium browser;

    @TempDir private Path folder;
    private Rehearsal rehearsal;
    private RehearsedConsole console;
    private final List<String> expected = new ArrayList<>();

    @BeforeAll
    static void open() throws Exception {
        if (!Files.isExecutable(Chromium.PROGRAM)) {
            System.err.println("SKIPPED: ConsoleIT looks at nothing, because Chromium is not installed (apt-get install chromium)");
            Assumptions.abort("Chromium is not installed");
        }
        browser = Chromium.start();
    }

    @AfterAll
    static void shut() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        rehearsal = new Rehearsal(Clock.system().wallMillis() - 300_000);
        ConsoleOptions options = ConsoleOptions.DEFAULTS.withPort(0).withTokens(List.of(new AccessToken("Anna", Role.ADMIN, TOKEN)));
        console = new RehearsedConsole(rehearsal, options, folder.resolve("status"), Clock.system());
        browser.forgetComplaints();
        browser.size(1400, 900);
        browser.scheme("light");
    }

    @AfterEach
    void stop(TestInfo test) throws Exception {
        leave();
        List<String> complaints = browser.complaints().stream().filter(one -> expected.stream().noneMatch(one::contains)).toList();
        console.close();
        assertThat(complaints).as("what the page complained of in %s", test.getDisplayName()).isEmpty();
    }

    /** What is wanted in this test the browser remarks upon all the same, and at a time of its own choosing: before or long after the page shows it. */
    private void expectComplaints(String part) {
        expected.add(part);
    }

    /** To a page that asks for nothing: what is shut down after this cannot be missed by anybody. */
    private static void leave() throws Exception {
        browser.open("about:blank");
        browser.waitUntil("location.href === 'about:blank'");
    }

    private String address() {
        return "http://127.0.0.1:" + console.port() + "/";
    }

    private void openPage() throws Exception {
        browser.open(address() + "#token=" + TOKEN);
        browser.waitUntil("document.body?.dataset.ticks > 0 && document.querySelector('#link').dataset.state === 'live'");
        browser.waitForText("#sign-in", "Anna");
    }

    /** The page as it is, wide and narrow, light and dark: nothing sticks out, and axe finds nothing. */
    private void inspect(String scene) throws Exception {
        for (String scheme : List.of("light", "dark")) {
            browser.scheme(scheme);
            for (int width : new int[] {1400, 390}) {
                browser.size(width, 900);
                browser.waitUntil("innerWidth === " + width);
                JsonNode wider = browser
                    .evaluate("[...document.querySelectorAll('body *')].filter((one) => !one.closest('.scroll, .unseen, .uplot, dialog')"
                            + " && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 120))");
                assertThat(browser.evaluate("document.documentElement.scrollWidth - innerWidth").asInt(99))
                    .as("%s at %d sticks out: %s", scene, width,
                            wider)
                    .isLessThanOrEqualTo(0);
                assertThat(wider).as("%s at %d", scene, width).isEmpty();
                browser.screenshot(SCREENSHOTS.resolve(scene + "-" + scheme + "-" + width + ".png"));
                axe(scene + " " + scheme + " " + width);
            }
        }
        browser.size(1400, 900);
        browser.scheme("light");
    }

    private static void axe(String scene) throws Exception {
        if (!Files.exists(AXE)) {
            System.err.println("SKIPPED: axe does not look at " + scene + ", because it is not installed (npm ci in tests/browser)");
            return;
        }
        if (!browser.evaluate("Boolean(window.axe)").asBoolean(false)) {
            browser.evaluate(Files.readString(AXE) + ";true");
        }
        JsonNode violations = browser
            .evaluate("axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations.map((one) =>"
                    + " `${one.id}: ${one.help}: ${one.nodes.slice(0, 4).map((node) => node.html.slice(0, 160) + ' ' + node.failureSummary).join(' | ')}`))");
        assertThat(violations).as("axe in %s", scene).isEmpty();
    }

    @Test
    void itFollowsAFillFromCalmToFull() throws Exception {
        rehearsal.stepTo(-5);
        openPage();
        browser.waitForText("#headline-title", "Calm");
        browser.waitForText("#range", "headroom");
        inspect("calm");

        rehearsal.stepTo(12);
        browser.waitForText("#stage", "SUSPECT");
        browser.waitForText("#facts", Rehearsal.GUILTY);
        browser.waitForText("#facts", "Written by mailer-7");
        browser.waitForText("#facts", "share the limit");
        inspect("suspect");

        rehearsal.stepTo(25);
        browser.waitForText("#stage", "NOTIFY");
        rehearsal.stepTo(70);
        browser.waitForText("#headline-title", "Full in 2 min 50 s");
        browser.waitForText("#range", "likely 1 to 6 min");
        browser.waitForText("#timeline", "Paged the one on call.");
        browser.waitForText("#announce", "prod-shared: page.");
        browser.waitUntil("document.title === 'Full in 2 min 50 s · prod-shared'");
        browser.waitUntil("document.querySelectorAll('#chart canvas').length === 1");
        inspect("page");
        rehearsal.step();
        browser.waitForText("#headline-title", "Full in 2 min 49 s");
        assertThat(browser.text("#announce")).as("the countdown is not read aloud").doesNotContain("49");

        rehearsal.stepTo(Rehearsal.FILL + 12);
        browser.waitForText("#headline-title", "Full: writes are refused");
        browser.waitForText("#facts", "writes a second are refused");
        inspect("full");
    }

    @Test
    void theOtherPagesAreReadableToo() throws Exception {
        rehearsal.stepTo(80);
        openPage();
        browser.evaluate("location.hash = '#/incidents'");
        browser.waitForText("#page-other", "Incidents");
        browser.waitForText("#page-other table", "prod-shared");
        inspect("incidents");
        browser.evaluate("document.querySelector('#page-other tbody a').click()");
        browser.waitForText("#page-other", "Questions for people");
        browser.waitForText("#page-other .timeline", "began to climb");
        inspect("incident");
        browser.evaluate("location.hash = '#/status'");
        browser.waitForText("#page-other", "Drafts");
        inspect("status-editor");
        browser.evaluate("document.querySelector('.draft button').click()");
        browser.waitUntil("document.querySelector('dialog').open");
        axe("publish dialog");
        browser.evaluate("document.querySelector('dialog button.primary').click()");
        browser.waitUntil("!document.querySelector('dialog').open");
        browser.waitForText("section[aria-labelledby=live-title]", "Reports and sign-in may be slow");
        browser.evaluate("location.hash = '#/audit'");
        browser.waitForText("#page-other", "Nothing has been done");
        browser.open(address() + "status");
        browser.waitForText("main", "Reports and sign-in may be slow");
        inspect("status-page");
    }

    @Test
    void aPlanIsAppliedAndUndoneWithTheKeyboardAlone() throws Exception {
        rehearsal.stepTo(40);
        openPage();
        browser.waitForText("#actions", "Make the prefix read-only");
        tabTo("Acknowledge");
        browser.press("Enter", false);
        browser.waitForText("#timeline", "Anna looks after it.");

        tabTo("Make the prefix read-only…");
        browser.press("Enter", false);
        browser.waitForText("dialog", "ACL SETUSER app");
        axe("plan dialog");
        browser.screenshot(SCREENSHOTS.resolve("plan-light-1400.png"));
        browser.press("Escape", false);
        browser.waitUntil("!document.querySelector('dialog').open");
        browser.waitUntil("document.activeElement.innerText === 'Make the prefix read-only…'");
        assertThat(rehearsal.plans().audit(10)).as("closing the dialog does nothing").isEmpty();

        browser.press("Enter", false);
        browser.waitUntil("document.querySelector('dialog').open");
        tabTo("Apply");
        browser.press("Enter", false);
        browser.waitForText("#headline-title", "Contained");
        browser.waitForText(".done", "applied to 1 user");
        inspect("contained");
        tabTo("Undo");
        browser.press("Enter", false);
        browser.waitForText("#timeline", "undone");
        browser.waitForText("#headline-title", "Full in");

        tabTo("Drop its keys…");
        browser.press(" ", false);
        browser.waitForText("dialog", "This cannot be undone");
        tabTo("Apply");
        expectComplaints("status of 409");
        browser.press("Enter", false);
        browser.waitForText("dialog [role=alert]", "type cache:report");
        browser.evaluate("document.querySelector('#plan-typed').focus()");
        browser.type("cache:report");
        browser.press("Enter", false);
        browser.waitUntil("!document.querySelector('dialog').open");
        browser.waitForText("#timeline", "138,565 keys deleted");

        tabTo("note-text");
        browser.type("Reports were turned off at the source.");
        tabTo("Add note");
        browser.press("Enter", false);
        browser.waitForText("#timeline", "Reports were turned off at the source.");
    }

    /** Presses Tab until what has the focus has this text or id. Whoever cannot be reached in a hundred presses cannot be reached. */
    private static void tabTo(String textOrId) throws Exception {
        String quoted = '"' + textOrId + '"';
        List<String> passed = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            browser.press("Tab", false);
            JsonNode at = browser.evaluate("[document.activeElement.innerText ?? '', document.activeElement.id]");
            passed.add(at.toString());
            if (at.path(0).asString("").equals(textOrId) || at.path(1).asString("").equals(textOrId)) {
                assertThat(browser.evaluate("document.activeElement.matches(':focus-visible')").asBoolean(false))
                    .as("%s shows its focus", quoted)
                    .isTrue();
                return;
            }
        }
        throw new AssertionError(quoted + " cannot be reached with Tab; reached were " + passed);
    }

    @Test
    void whatAKeyIsCalledIsOnlyEverText() throws Exception {
        for (String hostile : List.of("<img src=x onerror=document.title='owned'>:<script>alert(1)</script>", "\u202egnp.exe:\u2067abc",
                "x".repeat(10_000),
                "\\xff\\xfe\\x00</title><svg onload=alert(1)>", "javascript:alert(1)")) {
            rehearsal.accuse(hostile);
            rehearsal.stepTo(Math.max(40, rehearsal.sinceOnset() + 6));
            openPage();
            browser.waitUntil("document.querySelector('#facts').innerText.includes('grows')");
            String shown = Printable.text(hostile, CulpritText.NAME_MAX);
            browser.waitForText("#facts bdi", shown.substring(0, Math.min(20, shown.length())));
            assertThat(browser.evaluate("document.querySelectorAll('main img, main script, main svg').length").asInt(9)).isZero();
            for (int width : new int[] {390, 1400}) {
                browser.size(width, 900);
                browser.waitUntil("innerWidth === " + width);
                browser.waitUntil("document.documentElement.scrollWidth <= innerWidth");
            }
            browser.screenshot(SCREENSHOTS.resolve("hostile-" + Integer.toHexString(hostile.hashCode()) + ".png"));
        }
        assertThat(browser.evaluate("document.title").asString("")).doesNotContain("owned");
    }

    @Test
    void aStreamThatWasCutGoesOnWithoutAGap() throws Exception {
        rehearsal.stepTo(5);
        try (Forwarder line = new Forwarder(console.port())) {
            browser.open("http://127.0.0.1:" + line.port() + "/");
            browser.waitUntil("document.querySelector('#link')?.dataset.state === 'live' && document.body.dataset.ticks > 0");
            rehearsal.stepTo(20);
            waitForTicks(16);
            expectComplaints("/api/v1/stream");
            line.cut();
            browser.waitForText("#link", "reconnecting");
            rehearsal.stepTo(60);
            browser.waitForText("#link", "last seen");
            browser.waitForText("#range", "as of ");
            browser.screenshot(SCREENSHOTS.resolve("reconnecting-light-1400.png"));
            line.mend();
            browser.waitForText("#link", "live");
            rehearsal.stepTo(62);
            waitForTicks(58);
            long[] times = LongStream.of(TICKS.apply()).toArray();
            for (int i = 1; i < times.length; i++) {
                assertThat(times[i] - times[i - 1]).as("milliseconds between ticks %d and %d", i - 1, i).isEqualTo(1000);
            }
            browser.waitForText("#facts", Rehearsal.GUILTY);
            browser.waitUntil("!document.querySelector('#range').innerText.includes('as of')");
            // The page must be gone before its line is: else it remarks upon the second cut whenever it gets round to it.
            leave();
        }
    }

    /** Reads what the page remembers. */
    @FunctionalInterface
    private interface Ticks {
        long[] apply() throws Exception;
    }

    private static final Ticks TICKS = () -> {
        JsonNode times = browser
            .evaluate("import('/app/store.js').then((store) => store.targets.get('prod-shared').ticks.map((tick) => tick.t))");
        long[] found = new long[times.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = times.path(i).asLong(0);
        }
        return found;
    };

    private static void waitForTicks(int count) throws Exception {
        Chromium.waitFor(count + " ticks", () -> TICKS.apply().length >= count);
    }

    @Test
    void whoHasNoTokenLooksAndIsAskedForOneBeforeActing() throws Exception {
        rehearsal.stepTo(40);
        browser.open(address());
        browser.waitUntil("document.querySelector('#link')?.dataset.state === 'live'");
        browser.evaluate("sessionStorage.clear()");
        browser.open(address() + "?again");
        browser.waitForText("#sign-in", "Sign in");
        browser.waitForText("#actions", "Acknowledge");
        browser.evaluate("document.querySelector('#actions .primary').click()");
        browser.waitForText("dialog", "Token");
        browser.type("not-the-token-of-anybody");
        expectComplaints("status of 401");
        browser.press("Enter", false);
        browser.waitForText("dialog [role=alert]", "not known here");
        browser.evaluate("document.querySelector('#token').value = ''; document.querySelector('#token').focus()");
        browser.type(TOKEN);
        browser.press("Enter", false);
        browser.waitForText("#timeline", "Anna looks after it.");
    }

    @Test
    void aTargetThatDoesNotAnswerIsSaidInWords() throws Exception {
        rehearsal.stepTo(-10);
        openPage();
        rehearsal.reachOrders(false);
        rehearsal.step();
        browser.waitForText("#targets", "unreachable");
        browser.evaluate("[...document.querySelectorAll('#targets a')].find((one) => one.innerText.includes('orders')).click()");
        browser.waitForText("#headline-title", "orders does not answer");
        browser.waitForText("#range", "connection refused");
        inspect("unreachable");
        rehearsal.reachOrders(true);
        rehearsal.step();
        browser.waitForText("#headline-title", "Calm");
    }
}
