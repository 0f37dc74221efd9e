/** Makes and reads X.509 certificates. No client and no clock: who wants one says from when until when it is good. */
@NullMarked
package io.omnisql.operator.certificate;

import org.jspecify.annotations.NullMarked;
