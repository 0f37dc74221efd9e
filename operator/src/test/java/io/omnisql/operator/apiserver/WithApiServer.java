package io.omnisql.operator.apiserver;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a client of a real kube-apiserver and etcd, out of the folder that the environment names; a machine without them skips
 * the tests and says so.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfEnvironmentVariable(
        named = "KUBE_API_TEST_DIR",
        matches = ".+",
        disabledReason = "KUBE_API_TEST_DIR names no folder with kube-apiserver, etcd and kubectl")
@ExtendWith(ApiServerExtension.class)
public @interface WithApiServer {}
