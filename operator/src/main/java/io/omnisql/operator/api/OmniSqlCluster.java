package io.omnisql.operator.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One replicated database. */
@Group(OmniSqlCluster.GROUP)
@Version("v1alpha1")
@ShortNames("osc")
@Categories({"all", "omnisql"})
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.ready", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Leader", jsonPath = ".status.leader", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Config",
        jsonPath = ".status.configurationId",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Version", jsonPath = ".status.version", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Storage",
        jsonPath = ".spec.storage.size",
        priority = 1,
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@ValidationRule(
        value = "size(self.metadata.name) <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message =
                "the name becomes a part of host names: at most 40 characters, small letters, digits and '-', from a letter")
public final class OmniSqlCluster extends CustomResource<OmniSqlClusterSpec, OmniSqlClusterStatus>
        implements Namespaced {
    /** Group of the API, and prefix of the labels and annotations that are ours. */
    public static final String GROUP = "omnisql.io";

    private static final long serialVersionUID = 1L;

    /** What is wanted. */
    @Override
    @Required
    public OmniSqlClusterSpec getSpec() {
        return super.getSpec();
    }
}
