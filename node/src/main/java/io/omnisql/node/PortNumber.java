package io.omnisql.node;

import org.eclipse.microprofile.config.spi.Converter;

/** A TCP port in the settings: 1 to 65535, refused at the start rather than when something listens there. */
public final class PortNumber implements Converter<Integer> {
    private static final long serialVersionUID = 1;
    private static final int MAX = 65_535;

    @Override
    public Integer convert(String value) {
        int port = Integer.parseInt(value.strip());
        if (port < 1 || port > MAX) {
            throw new IllegalArgumentException("a port is a number from 1 to " + MAX);
        }
        return port;
    }
}
