// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** As much of SMTP as a client sees: takes mails, or says no where a test wants it. */
final class FakeMailServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final BlockingQueue<String> mails = new LinkedBlockingQueue<>();
    /** What it answers to these verbs instead of yes. */
    volatile String toRecipient = "250 fine";
    volatile String toData = "354 go on";
    volatile String atEnd = "250 queued";
    volatile boolean mute;
    volatile String credentials = "";

    FakeMailServer() throws IOException {
        Thread.ofVirtual().start(this::listen);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The next mail as it came; waits for it. */
    String next() throws InterruptedException {
        String mail = mails.poll(60, TimeUnit.SECONDS);
        if (mail == null) {
            throw new AssertionError("no mail came within 60 s");
        }
        return mail;
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = client.getOutputStream();
            if (mute) {
                // Until the client has had enough.
                in.readLine();
                return;
            }
            say(out, "220 fake");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String verb = line.split(" ")[0].toUpperCase(Locale.ROOT);
                switch (verb) {
                    case "EHLO" -> say(out, "250-fake\r\n250 AUTH PLAIN");
                    case "AUTH" -> auth(line, out);
                    case "RCPT" -> say(out, toRecipient);
                    case "DATA" -> {
                        say(out, toData);
                        if (toData.startsWith("354")) {
                            read(in);
                            say(out, atEnd);
                        }
                    }
                    case "QUIT" -> {
                        say(out, "221 bye");
                        return;
                    }
                    default -> say(out, "250 fine");
                }
            }
        } catch (IOException e) {
            // The client is gone.
        }
    }

    private void auth(String line, OutputStream out) throws IOException {
        String[] words = line.split(" ");
        String given = words.length > 2
                ? new String(Base64.getDecoder().decode(words[2]), StandardCharsets.UTF_8).replace('\0', ' ').strip()
                : "";
        say(out, given.endsWith(credentials) ? "235 welcome" : "535 no: " + given);
    }

    private void read(BufferedReader in) throws IOException {
        StringBuilder mail = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
            mail.append(line).append('\n');
        }
        mails.add(mail.toString());
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
