package io.omnisql.operator.reconcile;

import io.omnisql.operator.certificate.CertificateReader;
import io.omnisql.operator.certificate.Pem;
import io.omnisql.operator.certificate.UnusableCertificate;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * How a cluster's nodes are told from impostors. They are called at the addresses of their pods, which are in no certificate; all nodes show
 * one that names their pods.
 *
 * @param authorities who may vouch for them, in PEM
 * @param host a pod's name that their certificate must have
 */
public record NodeTrust(String authorities, String host) {
    /** For connections to them. */
    SSLContext context() {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate authority : Pem.certificates(authorities)) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Judge(first(factory), host)}, null);
            return context;
        } catch (UnusableCertificate | GeneralSecurityException | IOException e) {
            throw new IllegalStateException("authorities that were read before cannot be used", e);
        }
    }

    private static X509TrustManager first(TrustManagerFactory factory) throws GeneralSecurityException {
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager judge) {
                return judge;
            }
        }
        throw new GeneralSecurityException("no judge of X.509 certificates");
    }

    /** Judges the chain as the JDK does, and then the name, which is not the one in the URI. */
    private static final class Judge extends X509ExtendedTrustManager {
        private final X509TrustManager chains;
        private final String host;

        private Judge(X509TrustManager chains, String host) {
            this.chains = chains;
            this.host = host;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            chains.checkServerTrusted(chain, type);
            if (!CertificateReader.covers(chain[0], host)) {
                throw new CertificateException("the certificate does not name " + host);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("the operator has no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return chains.getAcceptedIssuers();
        }
    }
}
