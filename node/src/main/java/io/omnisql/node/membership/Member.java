package io.omnisql.node.membership;

import java.util.Objects;
import java.util.UUID;

/**
 * One member of a configuration, as the admin API and the introductions tell it.
 *
 * @param memberId never used for another data folder
 * @param incarnation of its data folder
 * @param address host:port at which its peers reach it
 * @param priority decides between candidates for the lead, the larger wins
 */
public record Member(long memberId, UUID incarnation, String address, int priority) {
    private static final int ADDRESS_CHARS_MAX = 260;
    private static final int PORT_MAX = 65_535;

    public Member {
        if (memberId <= 0) {
            throw new IllegalArgumentException("memberId: " + memberId + " is not positive");
        }
        Objects.requireNonNull(incarnation, "incarnation"); // It may come from JSON.
        checkAddress(Objects.requireNonNull(address, "address"));
    }

    /** Refuses what is not host:port in ASCII. */
    public static void checkAddress(String address) {
        int colon = address.lastIndexOf(':');
        boolean isPlain = address.length() <= ADDRESS_CHARS_MAX
                && address.chars().allMatch(character -> character > ' ' && character < 127);
        if (!isPlain || colon <= 0 || !isPort(address.substring(colon + 1))) {
            throw new IllegalArgumentException("address: '" + address + "' is not host:port");
        }
    }

    private static boolean isPort(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 0 && port <= PORT_MAX;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Host. */
    public String host() {
        return address.substring(0, address.lastIndexOf(':'));
    }

    /** Port. */
    public int port() {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
