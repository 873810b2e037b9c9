// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.text.Printable;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Plain text by SMTP (Angus Mail). What was sent cannot be changed, but all of an incident stand in one thread: its first message's id is
 * the reference. Answers 4xx of the server are tried again, 5xx are not.
 */
final class MailChannel implements Channel {
    private final ChannelOptions.Mail options;
    private final int timeLimitSeconds;
    private final @Nullable Secret password;

    MailChannel(ChannelOptions.Mail options, int timeLimitSeconds) {
        this.options = options;
        this.timeLimitSeconds = timeLimitSeconds;
        this.password = options.passwordFile() == null ? null : new Secret(options.passwordFile());
    }

    @Override
    public ChannelOptions.Mail options() {
        return options;
    }

    @Override
    public boolean canUpdate() {
        return false;
    }

    @Override
    public List<Secret> secrets() {
        return password == null ? List.of() : List.of(password);
    }

    @Override
    public Outcome deliver(Message message, String reference) throws DeliveryException {
        try {
            String thread = "<" + message.incident().id() + "@" + host() + ">";
            MimeMessage mail = new Identified(session(), reference.isEmpty() ? thread : "<" + message.id() + "@" + host() + ">");
            mail.setFrom(new InternetAddress(options.from()));
            for (String to : options.to()) {
                mail.addRecipient(RecipientType.TO, new InternetAddress(to));
            }
            String word = message.kind() == Message.Kind.TEST ? "" : "[" + MessageJson.lower(message.incident().stage()) + "] ";
            mail.setSubject(word + Printable.text(message.text().headline(), MessageText.HEADLINE_MAX), StandardCharsets.UTF_8.name());
            mail.setSentDate(new Date(message.atMillis()));
            mail.setText(message.text().plain() + "\n-- \n" + message.watcher() + ", incident " + message.incident().id() + "\n",
                    StandardCharsets.UTF_8.name());
            mail.setHeader("Auto-Submitted", "auto-generated");
            if (!reference.isEmpty()) {
                mail.setHeader("In-Reply-To", thread);
                mail.setHeader("References", thread);
            }
            mail.saveChanges();
            Transport.send(mail);
            return Outcome.delivered("accepted by " + options.host(), thread);
        } catch (AuthenticationFailedException e) {
            return Outcome.refused("the server refuses user or password");
        } catch (AddressException e) {
            return Outcome.refused("an address of the configuration is none");
        } catch (SendFailedException e) {
            int code = code(e);
            return code >= 400 && code < 500
                    ? Outcome.later("the server answers " + code, 0)
                    : Outcome.refused("the server answers " + code);
        } catch (MessagingException e) {
            return Outcome.later("no mail server at " + options.host() + ":" + options.port() + " (" + e.getClass().getSimpleName() + ")",
                    0);
        }
    }

    /** The gravest code in a chain of failures; 0 when none says one. */
    private static int code(MessagingException failure) {
        int code = 0;
        for (Exception e = failure; e instanceof MessagingException one; e = one.getNextException()) {
            code = Math.max(code, switch (one) {
                case SMTPSendFailedException send -> send.getReturnCode();
                case SMTPAddressFailedException address -> address.getReturnCode();
                default -> 0;
            });
        }
        return code;
    }

    private String host() {
        int at = options.from().lastIndexOf('@');
        return at < 0 ? "cofferdam.invalid" : options.from().substring(at + 1).replaceAll("[^A-Za-z0-9.-]", "");
    }

    private Session session() throws DeliveryException {
        Properties properties = new Properties();
        String millis = Integer.toString(timeLimitSeconds * 1000);
        properties.put("mail.transport.protocol", "smtp");
        properties.put("mail.smtp.host", options.host());
        properties.put("mail.smtp.port", Integer.toString(options.port()));
        properties.put("mail.smtp.connectiontimeout", millis);
        properties.put("mail.smtp.timeout", millis);
        properties.put("mail.smtp.writetimeout", millis);
        properties.put("mail.smtp.localhost", host());
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        switch (options.security()) {
            case NONE -> {
                // A relay on this machine.
            }
            case STARTTLS -> {
                properties.put("mail.smtp.starttls.enable", "true");
                properties.put("mail.smtp.starttls.required", "true");
            }
            case TLS -> properties.put("mail.smtp.ssl.enable", "true");
        }
        String user = options.user();
        if (user == null || password == null) {
            return Session.getInstance(properties);
        }
        properties.put("mail.smtp.auth", "true");
        String secret = password.line();
        return Session.getInstance(properties, new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(user, secret);
            }
        });
    }

    /** A mail whose id is ours, so that later ones can name it. */
    private static final class Identified extends MimeMessage {
        private final String id;

        Identified(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
