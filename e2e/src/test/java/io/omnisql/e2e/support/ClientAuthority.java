package io.omnisql.e2e.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** An authority of clients' certificates with one client, made by the JDK's keytool in a folder of its own. */
public final class ClientAuthority implements AutoCloseable {
    /** Of the stores in that folder, which hold nothing that anybody trusts. */
    static final String PASSWORD = "changeit";

    /** The driver looks for a key of that name. */
    private static final String CLIENT = "user";

    private final String name;
    private final Path folder;

    private ClientAuthority(String name, Path folder) {
        this.name = name;
        this.folder = folder;
    }

    /** Draws both. */
    public static ClientAuthority make(String name) throws IOException, InterruptedException {
        var made = new ClientAuthority(name, Files.createTempDirectory("omnisql-clients-"));
        made.keytool("-genkeypair", "-alias", "authority", "-dname", "CN=" + name, "-ext", "bc:c=ca:true");
        made.keytool("-exportcert", "-alias", "authority", "-rfc", "-file", made.file("authority.crt"));
        made.keytool("-genkeypair", "-alias", CLIENT, "-dname", "CN=client of " + name);
        made.keytool("-certreq", "-alias", CLIENT, "-file", made.file("client.csr"));
        made.keytool(
                "-gencert",
                "-alias",
                "authority",
                "-infile",
                made.file("client.csr"),
                "-rfc",
                "-outfile",
                made.file("client.crt"),
                "-ext",
                "eku=clientAuth");
        made.keytool("-importcert", "-alias", CLIENT, "-noprompt", "-file", made.file("client.crt"));
        return made;
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", file("store.p12"), "-storetype", "PKCS12", "-storepass", PASSWORD));
        if (command.contains("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        }
        Commands.run(command);
    }

    private String file(String file) {
        return folder.resolve(file).toString();
    }

    /** The authority's own certificate, in PEM. */
    public String certificate() throws IOException {
        return Files.readString(folder.resolve("authority.crt"));
    }

    /** The client's certificate and key, as the driver reads them. */
    Path store() {
        return folder.resolve("store.p12");
    }

    @Override
    public String toString() {
        return name;
    }

    /** Deletes the folder. */
    @Override
    public void close() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
